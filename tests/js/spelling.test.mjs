import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE, run } from "../../bench/scripts.mjs";
import { stored } from "./index.mjs";

/** @type {{createEngine: typeof createEngine, distance: typeof distance, terms: typeof terms}} */
const shipped = run(ENGINE, "({ createEngine, distance, terms })");

const PAPERS = 16;

/**
 * A lexicon's words as the index has them: by their binary digits of papers, with marks between.
 *
 * @param {[string, number][]} rests
 */
function coded(rests) {
  const listed = [];
  for (let least = PAPERS; least >= 1; least /= 2) {
    listed.push(...rests.filter(([, papers]) => papers >= least && papers < 2 * least).map(([rest]) => rest));
    if (least > 1 && (listed.length || rests.some(([, papers]) => papers >= least))) listed.push("|");
  }
  return listed.join(" ");
}

/**
 * An engine over sixteen papers, and the kinds of files that it fetched. Words are given with the numbers of their papers.
 *
 * @param {Record<string, number[]>} words
 */
function over(words) {
  /** @type {Record<string, string>} */
  const postings = {};
  /** @type {Record<"words" | "endings", Record<string, [string, number][]>>} */
  const filed = { words: {}, endings: {} };
  for (const [word, papers] of Object.entries(words)) {
    const gaps = papers.map((paper, n) => paper - (n ? papers[n - 1] : -1) - 1);
    postings[shipped.terms.term(word)] = gaps.map((gap) => `${gap || ""}d`).join("");
    (filed.words[word.slice(0, 2)] ??= []).push([word.slice(2), papers.length]);
    (filed.endings[word.slice(-2)] ??= []).push([word.slice(0, -2), papers.length]);
  }
  const lexicon = (/** @type {Record<string, [string, number][]>} */ pairs) =>
    Object.fromEntries(Object.entries(pairs).map(([pair, rests]) => [pair, coded(rests)]));
  /** @type {Record<string, unknown>} */
  const files = {
    "search/manifest.json": {
      ...{ format: 7, like: { pairs: "terms" }, papers: PAPERS, bounds: "", words: 1, block: PAPERS, digits: 1, levels: 16 },
      ...{ width: 1, names: { terms: "x", words: "x", endings: "x", papers: "x" } },
    },
    "search/terms/0.x.json": postings,
    "search/words/0.x.json": lexicon(filed.words),
    "search/endings/0.x.json": lexicon(filed.endings),
    "search/papers/0.x.json": Array.from({ length: PAPERS }, (_, n) => `Paper ${n}`),
  };
  /** @type {string[]} */
  const fetched = [];
  const load = async (/** @type {string} */ path) => {
    fetched.push(path.split("/")[1]);
    return stored(files, path);
  };
  return { fetched, ...shipped.createEngine({ load }) };
}

/**
 * What a query was taken for.
 *
 * @param {Record<string, number[]>} words
 * @param {string} query
 * @param {{prefix?: boolean}} [options]
 */
async function takenFor(words, query, options) {
  const { repaired } = await over(words).search(query, options);
  return repaired.map(({ word }) => word);
}

const BIRDS = { retrieval: [2], heron: [0, 2], marsh: [0, 1, 2, 3], moth: [1] };

test("a misspelt word is taken for the word that is near, wherever the error is", async () => {
  const errors = {
    substitution: ["xetrieval", "rxtrieval", "retrixval", "retrievax"],
    deletion: ["etrieval", "rtrieval", "retreval", "retrieva"],
    insertion: ["xretrieval", "rxetrieval", "retriexval", "retrievalx"],
    transposition: ["ertrieval", "rterieval", "retreival", "retriealv"],
  };
  for (const typed of Object.values(errors).flat()) {
    const { results, repaired, unknown } = await over(BIRDS).search(typed);
    assert.deepEqual(results.map(({ slug }) => slug), ["paper-2"], typed);
    assert.deepEqual(repaired, [{ typed, word: "retrieval", start: 0, end: typed.length }]);
    assert.deepEqual(unknown, []);
  }
});

test("a long word may have two errors, a short one one", async () => {
  assert.deepEqual(await takenFor(BIRDS, "rtereval"), ["retrieval"]);
  assert.deepEqual(await takenFor(BIRDS, "hxrxn"), []);
});

test("a swap in the middle of a short word, which spoils both its ends, is found", async () => {
  assert.deepEqual(await takenFor(BIRDS, "mtoh"), ["moth"]);
});

test("a word that a paper has is never repaired, however rare it is beside one that is near", async () => {
  assert.deepEqual(await takenFor({ heron: [0, 1, 2, 3, 4, 5], herom: [6] }, "herom"), []);
});

test("short words and words with digits are not taken for others", async () => {
  assert.deepEqual((await over(BIRDS).search("mot hero1")).unknown, ["mot", "hero1"]);
});

test("who asks for the words as they were typed gets them", async () => {
  const { results, repaired, unknown } = await over(BIRDS).search("marsh hreon", { repair: false });
  assert.equal(results.length, 4);
  assert.deepEqual({ repaired, unknown }, { repaired: [], unknown: ["hreon"] });
});

test("a word that is near none is named and left out, and where none is left there are no results", async () => {
  const { results, unknown } = await over(BIRDS).search("zeppelin moth");
  assert.deepEqual([results.length, unknown], [1, ["zeppelin"]]);
  const nothing = await over(BIRDS).search("zeppelin");
  assert.deepEqual([nothing.total, nothing.unknown], [0, ["zeppelin"]]);
});

test("of two words that are as near the commoner one is taken", async () => {
  assert.deepEqual(await takenFor({ bat: [0], boat: [0], moat: [1, 2, 3, 4, 5, 6, 7, 8] }, "xoat"), ["moat"]);
});

test("of two words that are as near the one is taken that is in papers with the query's other words", async () => {
  const words = { boat: [0], moat: [1, 2, 3, 4, 5, 6, 7, 8], oar: [0] };
  assert.deepEqual(await takenFor(words, "xoat"), ["moat"]);
  assert.deepEqual(await takenFor(words, "xoat oar"), ["boat"]);
});

test("a swap is likelier than a wrong letter, a key beside likelier than one far away", async () => {
  assert.deepEqual(await takenFor({ blast: [0], least: [1, 2] }, "lbast"), ["blast"]);
  assert.deepEqual(await takenFor({ reed: [0], reef: [1], reel: [2] }, "rees"), ["reed"]);
});

test("two words without the blank between are told apart, and one with a blank in it is put together", async () => {
  const words = { token: [0], pruning: [0], keypoint: [1] };
  const glued = await over(words).search("on tokenpruning");
  assert.deepEqual(glued.results.map(({ slug }) => slug), ["paper-0"]);
  assert.deepEqual(glued.repaired, [{ typed: "tokenpruning", word: "token pruning", start: 3, end: 15 }]);
  const cut = await over(words).search("a key point");
  assert.deepEqual(cut.results.map(({ slug }) => slug), ["paper-1"]);
  assert.deepEqual(cut.repaired, [{ typed: "key point", word: "keypoint", start: 2, end: 11 }]);
});

test("two words that papers have are two, though a paper has them as one", async () => {
  assert.deepEqual(await takenFor({ key: [0], point: [0], keypoint: [1] }, "key point"), []);
});

test("a word that is being typed is completed, and not repaired while something begins so", async () => {
  const { results, repaired } = await over(BIRDS).search("ma", { prefix: true });
  assert.deepEqual([results.length, repaired], [4, []]);
});

test("an unfinished word with an error is taken for the beginning of one", async () => {
  const { results, repaired } = await over(BIRDS).search("marsh retreiv", { prefix: true });
  assert.deepEqual(repaired.map(({ word }) => word), ["retriev…"]);
  assert.equal(results[0].slug, "paper-2");
});

test("a misspelt last word that is finished is told as a whole", async () => {
  assert.deepEqual(await takenFor(BIRDS, "xeron", { prefix: true }), ["heron"]);
});

test("a misspelt word that says the same as another of the query counts as said twice", async () => {
  const { results } = await over(BIRDS).search("heron hreon");
  assert.deepEqual(results[0].matched, ["heron"]);
});

test("the lexicon is fetched only for a word that is unknown", async () => {
  const { fetched, search } = over(BIRDS);
  await search("heron marsh");
  assert.deepEqual(fetched.toSorted(), ["manifest.json", "pairs", "papers", "terms"]);
  await search("heron mrash");
  assert.deepEqual(fetched.toSorted(), ["endings", "manifest.json", "pairs", "papers", "terms", "words"]);
});

test("the distance counts insertions, deletions, substitutions and swaps of neighbours, up to its limit", () => {
  const edits = { heron: 0, heorn: 1, hern: 1, herons: 1, baron: 2, otters: 3, h: 3 };
  for (const [word, expected] of Object.entries(edits)) assert.equal(shipped.distance("heron", word, 3), expected, word);
});
