/**
 * Rank papers for queries with lunr, as it is by default: `{papers, queries}` as JSON on the standard input becomes
 * `{query: [paper, ...]}`. NODE_PATH names the folder in which lunr was installed.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// Only `require` looks into NODE_PATH.
const lunr = createRequire(import.meta.url)("lunr");

/** @type {{papers: {id: string, title: string, abstract: string}[], queries: {id: string, text: string}[]}} */
const { papers, queries } = JSON.parse(readFileSync(0, "utf8"));
const index = lunr(/** @this {any} */ function () {
  this.ref("id");
  this.field("title");
  this.field("abstract");
  for (const paper of papers) this.add(paper);
});
/** Words as lunr reads them, without what it takes for operators. @param {string} text */
const words = (text) => text.replace(/[^\p{L}\p{N}\s]+/gu, " ");
/** @param {string} text @returns {{ref: string}[]} */
const search = (text) => index.search(words(text)).slice(0, 50);
const found = queries.map(({ id, text }) => [id, search(text).map(({ ref }) => ref)]);
console.log(JSON.stringify(Object.fromEntries(found)));
