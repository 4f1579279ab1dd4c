/** The site's classic scripts, run in Node as a browser runs them: one after the other in one global scope. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { runInThisContext } from "node:vm";

export const SHIPPED = fileURLToPath(new URL("../static/search/", import.meta.url));

/** The scripts of the engine, in the order in which they are run. */
export const ENGINE = ["terms.js", "files.js", "spelling.js", "synonyms.js", "ranking.js", "engine.js"];

/**
 * Run scripts of a folder and return the value of a global that they declare.
 *
 * @param {string[]} names
 * @param {string} global
 * @param {string} folder
 */
export function run(names, global, folder = SHIPPED) {
  for (const name of names) {
    const filename = join(folder, name);
    runInThisContext(readFileSync(filename, "utf8"), { filename });
  }
  return runInThisContext(global);
}
