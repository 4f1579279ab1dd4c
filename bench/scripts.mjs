/** The site's classic scripts, run in Node as a browser runs them: one after the other in one global scope. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { runInThisContext } from "node:vm";

export const SHIPPED = fileURLToPath(new URL("../static/search/", import.meta.url));

/** The scripts that do something to a page as soon as they run. */
const PAGE = ["first.js", "page.js"];

/** @type {Record<string, string[]>} the scripts in their order, by the files that they are joined to */
const order = JSON.parse(readFileSync(join(SHIPPED, "order.json"), "utf8"));

/** The scripts of the engine. */
export const ENGINE = Object.values(order).flat().filter((name) => !PAGE.includes(name));

/**
 * Run scripts of ours and return the value of a global that they declare.
 *
 * @param {string[]} names
 * @param {string} global
 */
export function run(names, global) {
  for (const name of names) {
    const filename = join(SHIPPED, name);
    runInThisContext(readFileSync(filename, "utf8"), { filename });
  }
  return runInThisContext(global);
}

/**
 * The engine that a site ships: each of its scripts up to the part that does something to a page.
 *
 * @param {string} site
 * @returns {typeof createEngine}
 */
export function engineOf(site) {
  for (const [n, name] of Object.keys(order).entries()) {
    const filename = join(site, "static", name);
    const [engine] = readFileSync(filename, "utf8").split(`// ${PAGE[n]}\n`);
    runInThisContext(engine, { filename });
  }
  return runInThisContext("createEngine");
}
