#!/usr/bin/env node
/**
 * Answer a file of queries with the engine that a site ships, from the files that a browser would fetch.
 *
 *   node bench/search_run.mjs --site DIR --queries FILE.tsv --out RUN.txt [--depth 50] [--as-typed]
 *
 * FILE.tsv has `qid<TAB>query` on each line; RUN.txt becomes a TREC run, `qid Q0 slug rank score tag`. Each query
 * starts from a cold cache. `--as-typed` takes the last word as unfinished, as the page does. At the end it prints what
 * ten results of a query cost: requests and bytes of the index, raw and with gzip, medians.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

import { engineOf } from "./scripts.mjs";

const TEN = 10;

const { values: options } = parseArgs({
  options: {
    site: { type: "string" },
    queries: { type: "string" },
    out: { type: "string" },
    depth: { type: "string", default: "50" },
    "as-typed": { type: "boolean", default: false },
  },
});
const { site, queries, out } = options;
if (!site || !queries || !out) {
  console.error("usage: search_run.mjs --site DIR --queries FILE.tsv --out RUN.txt [--depth 50] [--as-typed]");
  process.exit(2);
}

const shippedEngine = engineOf(site);

/** @type {Map<string, {content: string, raw: number, gzip: number}>} files that were read, with their bytes */
const files = new Map();

/** @param {string} path */
function read(path) {
  let file = files.get(path);
  if (!file) {
    const bytes = readFileSync(join(/** @type {string} */ (site), path));
    file = { content: bytes.toString("utf8"), raw: bytes.length, gzip: gzipSync(bytes).length };
    files.set(path, file);
  }
  return file;
}

/**
 * Answer one query from a cold cache, and tell what it fetched.
 *
 * @param {string} query
 * @param {number} limit
 */
async function answer(query, limit) {
  const fetched = { requests: 0, raw: 0, gzip: 0 };
  const engine = shippedEngine({
    load: async (path) => {
      const file = read(path);
      fetched.requests += 1;
      fetched.raw += file.raw;
      fetched.gzip += file.gzip;
      return JSON.parse(file.content);
    },
  });
  const { results } = await engine.search(query, { limit, prefix: options["as-typed"] });
  return { results, fetched };
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @type {string[]} */
const lines = [];
/** @type {{requests: number, raw: number, gzip: number}[]} */
const costs = [];
for (const line of readFileSync(queries, "utf8").split(/\r?\n/)) {
  const [id, query] = line.split("\t");
  if (!id || !query) continue;
  const { results } = await answer(query, Number(options.depth));
  results.forEach(({ slug, score }, n) => lines.push(`${id} Q0 ${slug} ${n + 1} ${score.toFixed(6)} site-builder\n`));
  costs.push((await answer(query, TEN)).fetched);
}
writeFileSync(out, lines.join(""));
if (costs.length) {
  const requests = median(costs.map((cost) => cost.requests));
  const raw = median(costs.map((cost) => cost.raw));
  const gzip = median(costs.map((cost) => cost.gzip));
  console.log(
    `${costs.length} queries, ten results from a cold cache, medians of the index's files: ` +
      `${requests} requests, ${raw} bytes, ${gzip} bytes with gzip`,
  );
}
