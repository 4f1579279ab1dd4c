/** The site's classic scripts, run in Node as a browser runs them: one after the other in one global scope. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { runInThisContext } from "node:vm";

export const SHIPPED = fileURLToPath(new URL("../static/search/", import.meta.url));

/** The first script that needs a page. */
const PAGE = "page.js";

/** @type {string[]} the scripts in their order */
const order = JSON.parse(readFileSync(join(SHIPPED, "order.json"), "utf8"));

/** The scripts of the engine. */
export const ENGINE = order.slice(0, order.indexOf(PAGE));

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
 * The engine that a site ships: its one script up to the part that needs a page.
 *
 * @param {string} site
 * @returns {typeof createEngine}
 */
export function engineOf(site) {
  const filename = join(site, "static/search.js");
  const [engine] = readFileSync(filename, "utf8").split(`// ${PAGE}\n`);
  runInThisContext(engine, { filename });
  return runInThisContext("createEngine");
}
