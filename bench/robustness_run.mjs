#!/usr/bin/env node
/**
 * Answer queries with the engine that a site ships, each from a cold cache, and tell what each took.
 *
 *   node bench/robustness_run.mjs SITE < QUERIES.jsonl > ANSWERS.jsonl
 *
 * A query is `{"id", "text", "prefix"}`; `prefix` takes the last word as unfinished. An answer is `{"id", "slugs",
 * "repaired", "requests", "raw", "gzip", "milliseconds"}`: ten papers at most, the bytes of the index's files, and the
 * time without that of reading and parsing them.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { engineOf } from "./scripts.mjs";

const [site] = process.argv.slice(2);
if (!site) {
  console.error("usage: robustness_run.mjs SITE < QUERIES.jsonl > ANSWERS.jsonl");
  process.exit(2);
}

const shippedEngine = engineOf(site);

/** @type {Map<string, {content: unknown, raw: number, gzip: number}>} files that were read, with their bytes */
const files = new Map();

/** @param {string} path */
function read(path) {
  let file = files.get(path);
  if (!file) {
    const bytes = readFileSync(join(site, path));
    file = { content: JSON.parse(bytes.toString("utf8")), raw: bytes.length, gzip: gzipSync(bytes).length };
    files.set(path, file);
  }
  return file;
}

/** @param {{id: string, text: string, prefix: boolean}} query */
async function answer({ id, text, prefix }) {
  const fetched = { requests: 0, raw: 0, gzip: 0 };
  let reading = 0;
  const engine = shippedEngine({
    load: async (path) => {
      const start = performance.now();
      const file = read(path);
      fetched.requests += 1;
      fetched.raw += file.raw;
      fetched.gzip += file.gzip;
      reading += performance.now() - start;
      return file.content;
    },
  });
  const start = performance.now();
  const { results, repaired } = await engine.search(text, { limit: 10, prefix });
  const milliseconds = performance.now() - start - reading;
  return { id, slugs: results.map(({ slug }) => slug), repaired, ...fetched, milliseconds };
}

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
