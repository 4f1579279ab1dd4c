import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../../bench/scripts.mjs";

/**
 * @type {{createEngine: typeof createEngine, highlighted: typeof highlighted, distance: typeof distance,
 *   shardOf: typeof shardOf}}
 */
const engine = run(["terms.js", "engine.js"], "({ createEngine, highlighted, distance, shardOf })");

const MANIFEST = { format: 1, papers: 4, terms: 1, words: 1, block: 2, levels: 16 };

/** An index of four papers, one shard of each kind. */
const INDEX = {
  "search/manifest.json": MANIFEST,
  "search/terms/0.json": { heron: "l1d", marsh: "bbbb", moth: "1f", retriev: "2e", otter: "3h", "constructor": "3c" },
  "search/words/0.json": { he: "ron", ma: "rsh", mo: "th", re: "trieval trieve", ot: "ters ter", co: "nstructor" },
  "search/papers/0.json": ["Herons of the Marsh", ["Moths & Lamps", "moths-and-lamps"]],
  "search/papers/1.json": ["Retrieval", "Otters"],
};

/**
 * @param {Record<string, unknown>} [files]
 */
function over(files = INDEX) {
  /** @type {string[]} */
  const fetched = [];
  const load = async (/** @type {string} */ path) => {
    fetched.push(path);
    if (!(path in files)) throw new Error(path);
    return files[path];
  };
  return { fetched, ...engine.createEngine({ load }) };
}

/** @param {Answer} answer */
const slugs = (answer) => answer.results.map(({ slug }) => slug);

test("a paper's score is the sum of idf times saturated frequency over the words of the query", async () => {
  const { results } = await over().search("heron marsh");
  const idf = (/** @type {number} */ having) => Math.log(1 + (4 - having + 0.5) / (having + 0.5));
  assert.equal(results[0].slug, "herons-of-the-marsh");
  assert.ok(Math.abs(results[0].score - (idf(2) * (11.5 / 16) + idf(4) * (1.5 / 16))) < 1e-12);
});

test("papers are ranked by score, and the older comes first where scores are equal", async () => {
  assert.deepEqual(slugs(await over().search("heron marsh")), [
    "herons-of-the-marsh",
    "retrieval",
    "moths-and-lamps",
    "otters",
  ]);
});

test("a result tells its number, title, slug and the terms that matched", async () => {
  const { results, total } = await over().search("moths of the marsh", { limit: 1 });
  assert.equal(total, 4);
  const { number, slug, title, matched } = results[0];
  assert.deepEqual({ number, slug, title }, { number: 1, slug: "moths-and-lamps", title: "Moths & Lamps" });
  assert.deepEqual(matched, ["moth", "marsh"]);
});

test("a slug that does not follow from the title comes from the index", async () => {
  assert.deepEqual(slugs(await over().search("moth")), ["moths-and-lamps"]);
});

test("a word said twice counts once", async () => {
  const [once, twice] = [await over().search("heron"), await over().search("heron Herons")];
  assert.equal(once.results[0].score, twice.results[0].score);
});

test("an unfinished last word stands for the words that begin with it", async () => {
  assert.deepEqual(slugs(await over().search("retrieva", { prefix: true })), ["retrieval"]);
  assert.deepEqual(slugs(await over().search("he", { prefix: true })), ["herons-of-the-marsh", "retrieval"]);
});

test("one letter is not completed, nor is a word that something follows", async () => {
  assert.deepEqual(slugs(await over().search("h", { prefix: true })), []);
  assert.deepEqual((await over().search("he ", { prefix: true })).unknown, ["he"]);
});

test("a misspelt word is taken for the nearest word, and that is told", async () => {
  for (const typed of ["retreival", "retrievel", "ertrieval", "xretrieval", "rxetrieval"]) {
    const answer = await over().search(typed);
    assert.deepEqual(slugs(answer), ["retrieval"], typed);
    assert.deepEqual(answer.repaired, [{ typed, word: "retrieval" }]);
  }
});

test("a word that is in no paper and near none is named, and the others still find", async () => {
  const answer = await over().search("zeppelin otters");
  assert.deepEqual(answer.unknown, ["zeppelin"]);
  assert.deepEqual(slugs(answer), ["otters"]);
});

test("short words and words with digits are not taken for others", async () => {
  assert.deepEqual((await over().search("mot hero1")).unknown, ["mot", "hero1"]);
});

test("a query of stop words finds nothing and names nothing", async () => {
  assert.deepEqual(await over().search("of the"), { results: [], total: 0, unknown: [], repaired: [] });
});

test("names that every JavaScript object has are ordinary words", async () => {
  assert.deepEqual(slugs(await over().search("constructor")), ["otters"]);
  assert.deepEqual((await over().search("toString __proto__ valueOf")).unknown, ["tostring", "__proto__", "valueof"]);
});

test("decomposed letters are composed before they are looked up", async () => {
  const files = { ...INDEX, "search/terms/0.json": { "caf\u00e9": "c" } };
  assert.deepEqual(slugs(await over(files).search("cafe\u0301")), ["herons-of-the-marsh"]);
});

test("every file is asked for once, and titles only of the papers that are shown", async () => {
  const { fetched, search } = over();
  await search("heron otters", { limit: 1 });
  await search("heron otters", { limit: 1 });
  assert.deepEqual(fetched.toSorted(), ["search/manifest.json", "search/papers/1.json", "search/terms/0.json"]);
});

test("a file that could not be read is asked for again next time", async () => {
  const files = /** @type {Record<string, unknown>} */ ({ ...INDEX });
  delete files["search/terms/0.json"];
  const { search } = over(files);
  await assert.rejects(search("heron"));
  files["search/terms/0.json"] = INDEX["search/terms/0.json"];
  assert.equal((await search("heron")).total, 2);
});

test("an index of another format is refused", async () => {
  await assert.rejects(over({ ...INDEX, "search/manifest.json": { ...MANIFEST, format: 2 } }).search("heron"), /format 2/);
});

test("the distance counts insertions, deletions, substitutions and swaps of neighbours, up to its limit", () => {
  const edits = { heron: 0, heorn: 1, hern: 1, herons: 1, baron: 2, otters: 3, h: 3 };
  for (const [word, expected] of Object.entries(edits)) assert.equal(engine.distance("heron", word, 3), expected, word);
});

test("the shard of a spelling is its CRC-32 modulo the number of shards", () => {
  assert.equal(engine.shardOf("123456789", 1 << 16), 0x3926); // the check value of CRC-32 is cbf43926
});

test("a title is cut where the words begin and end whose terms matched", () => {
  assert.deepEqual(engine.highlighted("On Pruning, pruned", ["prune"]), [
    { text: "On ", hit: false },
    { text: "Pruning", hit: true },
    { text: ", ", hit: false },
    { text: "pruned", hit: true },
  ]);
});
