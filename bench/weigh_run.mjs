#!/usr/bin/env node
/**
 * What queries cost on a site, as its search page asks them: the last word unfinished, ten results.
 *
 *   node bench/weigh_run.mjs --site DIR --queries FILE.txt
 *
 * Prints JSON: for each query the requests and bytes with gzip of the index by kind of file, asked first and asked after
 * the query before it; and how long an answer takes once its files are there, in milliseconds.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

import { engineOf } from "./scripts.mjs";

const TEN = 10;
/** As often each query is asked for its time. */
const TIMES = 5;

const { values: options } = parseArgs({ options: { site: { type: "string" }, queries: { type: "string" } } });
const { site, queries } = options;
if (!site || !queries) {
  console.error("usage: weigh_run.mjs --site DIR --queries FILE.txt");
  process.exit(2);
}

const shippedEngine = engineOf(site);

/** @type {Map<string, {content: string, gzip: number}>} */
const files = new Map();

/** @param {string} path */
function read(path) {
  let file = files.get(path);
  if (!file) {
    const bytes = readFileSync(join(/** @type {string} */ (site), path));
    file = { content: bytes.toString("utf8"), gzip: gzipSync(bytes).length };
    files.set(path, file);
  }
  return file;
}

/** @typedef {Record<string, {requests: number, gzip: number}>} Cost by kind of file */

/** An engine and what it fetched since it was asked last. */
function counting() {
  /** @type {Cost} */
  let cost = {};
  const engine = shippedEngine({
    load: async (path) => {
      const { content, gzip } = read(path);
      const kind = path.split("/").slice(1, -1).join("/") || "manifest";
      const { requests, gzip: before } = cost[kind] ?? { requests: 0, gzip: 0 };
      cost[kind] = { requests: requests + 1, gzip: before + gzip };
      return JSON.parse(content);
    },
  });
  /** @param {string} query */
  async function ask(query) {
    cost = {};
    const { results } = await engine.search(query, { limit: TEN, prefix: true });
    return { cost, slugs: results.map(({ slug }) => slug) };
  }
  return { engine, ask };
}

const asked = readFileSync(queries, "utf8").split(/\r?\n/u).filter(Boolean);
const told = [];
for (const [n, query] of asked.entries()) {
  const { ask } = counting();
  const first = await ask(query);
  const other = counting();
  await other.ask(asked.at(n - 1) ?? "");
  const later = await other.ask(query);
  told.push({ query, first: first.cost, later: later.cost, slugs: first.slugs });
}

const times = [];
for (const query of asked) {
  for (let n = 0; n < TIMES; n++) {
    const loaded = new Map();
    const load = async (/** @type {string} */ path) => loaded.get(path) ?? JSON.parse(read(path).content);
    await shippedEngine({ load: async (path) => (loaded.set(path, await load(path)), loaded.get(path)) }).search(query, {
      limit: TEN,
      prefix: true,
    });
    const engine = shippedEngine({ load });
    const start = performance.now();
    await engine.search(query, { limit: TEN, prefix: true });
    times.push(performance.now() - start);
  }
}
console.log(JSON.stringify({ queries: told, milliseconds: times }));
