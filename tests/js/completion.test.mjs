import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE, run } from "../../bench/scripts.mjs";
import { stored } from "./index.mjs";

/** @type {{createEngine: typeof createEngine, terms: typeof terms}} */
const shipped = run(ENGINE, "({ createEngine, terms })");

const PAPERS = 12;
/** As many words begin with "tr" as there are completions, and the rarest of them is one too many. */
const COMMON = { trail: 9, train: 8, track: 7, trick: 6, trunk: 5, trust: 4 };

/**
 * An engine over twelve papers; words are given with the numbers of the papers that have them.
 *
 * @param {Record<string, number[]>} words
 * @param {Record<string, unknown>} [further] entries of the file of postings beside these
 */
function over(words, further = {}) {
  const manifest = { format: 7, like: { pairs: "terms" }, papers: PAPERS, bounds: "", words: 1, block: PAPERS, digits: 1, levels: 16, width: 1 };
  const coded = Object.entries(words).map(([word, papers]) => {
    const gaps = papers.map((paper, n) => paper - (n ? papers[n - 1] : -1) - 1);
    return [shipped.terms.term(word), gaps.map((gap) => `${gap || ""}d`).join("")];
  });
  /** @type {[string, number][]} */
  const counted = Object.entries(words).map(([word, { length }]) => [word, Math.floor(Math.log2(length))]);
  const classes = [3, 2, 1, 0].map((most) => counted.filter(([, size]) => size === most).map(([word]) => word).join(" "));
  /** @type {Record<string, any>} */
  const files = {
    "search/manifest.json": { ...manifest, names: { terms: "x", words: "x", endings: "x", papers: "x" } },
    "search/terms/0.x.json": { ...Object.fromEntries(coded), ...further, "": classes.join(" | ").replace(/ {2,}/gu, " ").trim() },
    "search/papers/0.x.json": Array.from({ length: PAPERS }, (_, n) => `Paper ${n}`),
  };
  return shipped.createEngine({ load: async (path) => (/papers|pairs/u.test(path) ? stored(files, path) : files[path]) });
}

/** The first papers. @param {number} count */
const first = (count) => Array.from({ length: count }, (_, n) => n);

const WORDS = { ...Object.fromEntries(Object.entries(COMMON).map(([word, count]) => [word, first(count)])), transport: [10, 11] };

test("an unfinished word is completed by the commonest words that begin so", async () => {
  const { weights } = await over(WORDS).search("tr", { prefix: true });
  assert.deepEqual([...weights.keys()].sort(), Object.keys(COMMON).sort());
});

test("a rare word completes an unfinished one if papers have it behind another word of the query", async () => {
  const words = { ...WORDS, optimal: [10, 11] };
  const apart = await over(words).search("optimal tr", { prefix: true });
  assert.ok(!apart.weights.has("transport"));
  const beside = await over({ ...WORDS, optimal: [10, 11] }, { "+optim": { transport: "aa" } }).search("optimal tr", { prefix: true });
  assert.ok(beside.weights.has("transport"));
  assert.deepEqual(beside.results.slice(0, 2).map(({ number }) => number), [10, 11]);
});

test("of two completions that are as common the one counts more that stands behind another word in papers", async () => {
  const words = { marsh: [0, 1, 2, 3], heron: [0, 1], hermit: [2, 3] };
  const scores = async (/** @type {Record<string, unknown>} */ further) => {
    const { results } = await over(words, further).search("marsh her", { prefix: true });
    return results.map(({ number }) => number);
  };
  assert.deepEqual(await scores({}), [0, 1, 2, 3]);
  assert.deepEqual((await scores({ "+marsh": { hermit: "cc" } })).slice(0, 2), [2, 3]);
});

test("a word that is one as it stands counts in full, and what it may become counts less", async () => {
  const words = { trans: [3], transport: [1, 2], marsh: [0, 1, 2, 3, 4] };
  const exact = await over({ trans: [3], marsh: words.marsh }).search("marsh trans", { prefix: true });
  const { results } = await over(words).search("marsh trans", { prefix: true });
  assert.equal(results[0].number, 3);
  assert.ok(Math.abs(results[0].score - exact.results[0].score) < 1e-12);
  const longer = results.find(({ number }) => number === 1)?.score ?? 0;
  assert.ok(longer > results[4].score && longer < results[0].score);
});

test("letters that are no word are not taken for the one word that has their term by chance", async () => {
  assert.equal(shipped.terms.term("summariz"), shipped.terms.term("summarizing"));
  assert.notEqual(shipped.terms.term("summariz"), shipped.terms.term("summarization"));
  const { results } = await over({ summarizing: [0], summarization: [1, 2, 3, 4] }).search("summariz", { prefix: true });
  assert.deepEqual(results.map(({ number }) => number), [1, 2, 3, 4, 0]);
});

test("a word that papers have in other forms alone is one as it stands", async () => {
  for (const [typed, had] of [["waded", "wading"], ["wad", "wads"]]) {
    assert.equal(shipped.terms.term(typed), shipped.terms.term(had));
    const { results } = await over({ [had]: [3], wander: [1] }).search(typed, { prefix: true });
    assert.deepEqual(results.map(({ number }) => number), [3], typed);
  }
});

test("alone as well the commonest of what a word may become counts most", async () => {
  const { results } = await over({ transit: [0], transport: [1, 2, 3, 4] }).search("trans", { prefix: true });
  assert.deepEqual(results.map(({ number }) => number), [1, 2, 3, 4, 0]);
});

test("an unfinished word that can only become one has the synonyms of that word", async () => {
  const groups = [["marsh heron", "wader"]];
  const words = { marsh: [0, 1, 2], heron: [0], wader: [5] };
  const { also, results } = await over(words, { "=marsh": groups }).search("marsh her", { prefix: true });
  assert.deepEqual(also, ["wader"]);
  assert.ok(results.some(({ number }) => number === 5));
});

test("an unfinished word that may become several as well has the synonyms of none", async () => {
  const words = { marsh: [0, 1, 2], heron: [0, 1], hermit: [2, 3], herald: [4, 5], wader: [6] };
  const { also } = await over(words, { "=marsh": [["marsh heron", "wader"]] }).search("marsh her", { prefix: true });
  assert.deepEqual(also, []);
});

test("an unfinished word alone has no synonyms yet", async () => {
  const { also } = await over({ heron: [0], wader: [5] }, { "=heron": [["heron", "wader"]] }).search("her", { prefix: true });
  assert.deepEqual(also, []);
});
