import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE, run } from "../../bench/scripts.mjs";
import { stored } from "./index.mjs";

/** @type {{createEngine: typeof createEngine, demandsOf: typeof demandsOf, stateOf: typeof stateOf}} */
const shipped = run(ENGINE, "({ createEngine, demandsOf, stateOf })");

const WIDTH = 1;

/** Five papers with their texts; a posting is the paper's number and a level. */
const TITLES = ["Herons of the Marsh", "Otters", "Cold Lamps", "Of Cold Water", "Reeds"];
const TEXTS = {
  "herons-of-the-marsh": "They stand in cold water, and wait.",
  otters: "Water in winter is cold.",
  "cold-lamps": "A lamp.",
  "of-cold-water": "Marshes.",
  reeds: "No water is as cold, and cold water is none.",
};

/** @param {Record<number, string>} levels by number */
function postings(levels) {
  let [code, last] = ["", -1];
  for (const [number, level] of Object.entries(levels)) {
    code += (Number(number) - last - 1 || "") + level;
    last = Number(number);
  }
  return code;
}

/** @type {Record<string, unknown>} */
const FILES = {
  "search/manifest.json": {
    format: 7, like: { pairs: "terms" },
    papers: 5,
    bounds: "",
    digits: 1,
    words: 1,
    block: 8,
    levels: 16,
    width: WIDTH,
    names: {
      ...{ "terms": "x", "words": "x", "endings": "x", "papers": "x", "facets/names": "x", "facets/values": "xx" },
      ...{ "facets/titles": "x", "facets/authors": "x", "facets/tags": "x", "facets/ids": "x", "facets/frequent": "x" },
    },
  },
  "search/terms/0.x.json": {
    cold: postings({ 0: "d", 1: "e", 2: "f", 3: "g", 4: "h" }),
    water: postings({ 0: "d", 1: "e", 3: "g", 4: "h" }),
    heron: postings({ 0: "k" }),
    otter: postings({ 1: "k" }),
    lamp: postings({ 2: "k" }),
    reed: postings({ 4: "k" }),
    marsh: postings({ 0: "d", 3: "c" }),
  },
  "search/words/0.x.json": { he: "ron" },
  "search/endings/0.x.json": {},
  "search/papers/0.x.json": TITLES,
  "search/facets/names/0.x.json": { topic: { optics: "Light & optics", birds: "Birds" }, in: { s1: "Spring list" } },
  "search/facets/values/0.x.json": { "topic:optics": "2,", "topic:birds": ",2,", "year:2021": "1,1," },
  "search/facets/values/1.x.json": { "in:s1": "2,,", "year:2023": ",3," },
  "search/facets/titles/0.x.json": { heron: ",", cold: "2,,", water: "3,", lamp: "2,", marsh: ",", otter: "1,", reed: "4," },
  "search/facets/authors/0.x.json": { ada: ",1,", kelp: ",", ash: "2,", "ada-kelp": ",", "bo-ash": "2,", muller: "1," },
  "search/facets/tags/0.x.json": { "cold-water": ["cold water", ",2,"], "c-plus-plus": ["C++", "4,"] },
  "search/facets/ids/0.x.json": { "2401.01234": "2,", "10.1000/182": "4," },
  "search/facets/frequent/0.x.json": ["water", "cold marsh"],
};

/** @param {string[]} [read] where the slugs go of papers that are read */
function engine(read = []) {
  return shipped.createEngine({
    load: async (path) => {
      if (!(path.replace("/pairs/", "/terms/") in FILES)) throw new Error(path);
      return stored(FILES, path);
    },
    textOf: async (slug) => {
      read.push(slug);
      return TEXTS[/** @type {keyof typeof TEXTS} */ (slug)];
    },
  });
}

/** The numbers of what is found, in the order of the ledger. @param {string} query @param {Options} [options] */
async function found(query, options) {
  const { numbers } = await engine().search(query, options);
  return numbers.toSorted();
}

/** @param {string} search */
const filters = (search) => shipped.demandsOf(shipped.stateOf(search).filters);

test("a phrase is found in the title or the text, where its words stand side by side", async () => {
  assert.deepEqual(await found('"cold water"'), [0, 3, 4]);
  assert.deepEqual(await found("cold water"), [0, 1, 2, 3, 4]);
});

test("only papers that have all words of a phrase are read, and those that have it in the title are not", async () => {
  /** @type {string[]} */
  const read = [];
  await engine(read).search('"cold water"');
  assert.deepEqual(read.toSorted(), ["herons-of-the-marsh", "otters", "reeds"]);
});

test("a word that is left out leaves out its papers, and a phrase only those that have it", async () => {
  assert.deepEqual(await found("cold -herons"), [1, 2, 3, 4]);
  assert.deepEqual(await found('cold -"cold water"'), [1, 2]);
});

test("of alternatives one must be there", async () => {
  assert.deepEqual(await found("cold heron OR lamps"), [0, 2]);
  assert.deepEqual(await found('lamps OR "cold water"'), [0, 2, 3, 4]);
});

test("fields are looked up by name", async () => {
  const queries = {
    "title:cold": [2, 3],
    'title:"cold water"': [3],
    "author:ada": [0, 2],
    'author:"Ada Kelp"': [0],
    "author:Bo-Ash": [2],
    "author:Müller": [1],
    "topic:optics": [2],
    "topic:light": [2],
    'tag:"Cold Water"': [0, 3],
    "tag:C++": [4],
    "in:spring": [2, 3],
    "year:2021": [1, 3],
    "year:2022-2024": [0, 4],
    "year:2022-": [0, 4],
    "year:>2021": [0, 4],
    "year:<=2021": [1, 3],
    "year:<2021 OR year:>=2023": [0, 4],
    "cold -topic:birds": [1, 2, 4],
    "topic:optics OR author:kelp": [0, 2],
    "2401.01234": [2],
    "https://arxiv.org/abs/2401.01234v2 OR doi:10.1000/182": [2, 4],
    "cold -10.1000/182": [0, 1, 2, 3],
  };
  for (const [query, numbers] of Object.entries(queries)) assert.deepEqual(await found(query), numbers, query);
});

test("an id that no paper has is told, also beside one that is there", async () => {
  const { numbers, unmet } = await engine().search("2401.01234 OR 2401.09999");
  assert.deepEqual(numbers, [2]);
  assert.deepEqual(unmet.map(({ field, text }) => [field, text]), [["id", "2401.09999"]]);
});

test("a reference is known by its id, whatever its title says", async () => {
  const list = "[1] A. Kelp. Lamps, a preprint. arXiv:2401.01234v2, 2024.\n[2] Nothing here. https://doi.org/10.1000/183\n";
  const { lines, found } = await engine().references(list);
  assert.equal(lines, 2);
  assert.deepEqual(found.map(({ number, slug }) => [number, slug]), [[2, "cold-lamps"]]);
});

test("without a word to rank the newest come first", async () => {
  const { numbers, results } = await engine().search("topic:birds");
  assert.deepEqual(numbers, [3, 0]);
  assert.equal(results[0].score, 0);
});

test("words beside fields rank as they do alone", async () => {
  const alone = await engine().search("cold heron");
  const fields = await engine().search("cold heron -tag:none", { filters: filters("?year=2021&year=2023") });
  const scores = new Map(alone.results.map(({ number, score }) => [number, score]));
  assert.deepEqual(fields.numbers, alone.numbers.filter((number) => number !== 2));
  for (const { number, score } of fields.results) assert.equal(score, scores.get(number));
});

test("filters are met all, and of the years one", async () => {
  assert.deepEqual(await found("cold", { filters: filters("?topic=birds&year=2021") }), [3]);
  assert.deepEqual(await found("cold", { filters: filters("?topic=-birds&topic=-optics") }), [1, 4]);
  assert.deepEqual(await found("cold", { filters: filters("?year=2021&year=2023") }), [0, 1, 3, 4]);
});

test("what no paper has is told", async () => {
  const { unmet, total } = await engine().search('topic:boats "heron lamp" cold');
  assert.equal(total, 0);
  assert.deepEqual(unmet.map(({ field, text }) => `${field}:${text}`), ["topic:boats", ":heron lamp"]);
});

test("what cannot be read for a phrase is counted and not shown", async () => {
  const { search } = shipped.createEngine({ load: async (path) => stored(FILES, path) });
  const { numbers, unread } = await search('"cold water"');
  assert.deepEqual({ numbers, unread }, { numbers: [3], unread: 3 });
});

test("results can be had by title or the newest first", async () => {
  assert.deepEqual((await engine().search("cold", { sort: "title" })).numbers, [2, 0, 3, 1, 4]);
  assert.deepEqual((await engine().search("cold", { sort: "newest" })).numbers, [4, 3, 2, 1, 0]);
});

test("the terms of a query come with what each says, the rarer the more", async () => {
  const { weights } = await engine().search("cold heron");
  assert.ok(Number(weights.get("heron")) > Number(weights.get("cold")));
});

test("the values of all facets come with their names and papers, and tags by their first letters", async () => {
  const { facets } = engine();
  const told = (await facets.all()).map(({ field, name, papers }) => `${field} ${name}: ${papers}`);
  assert.deepEqual(told, [
    ...["topic Light & optics: 2", "topic Birds: 0,3", "year 2021: 1,3"],
    ...["in Spring list: 2,3", "year 2023: 0,4"],
  ]);
  assert.deepEqual((await facets.tagsLike("Cold w")).map(({ name }) => name), ["cold water"]);
});

test("a text is searched for by the words that say most, those that are often in it and rarely elsewhere", async () => {
  const { telling } = engine();
  const words = await telling("Herons in water, herons in cold water; no zeppelin. Water, water, water, and the marsh");
  assert.deepEqual(words.map(({ word, count }) => `${word}.${count}`), ["herons.2", "cold.1", "marsh.1", "water.5"]);
});

test("the nearest papers to a text are those that have its telling words", async () => {
  const { telling, searchNear } = engine();
  const { results } = await searchNear(await telling("A text on herons, on herons above all, and the marsh."));
  assert.deepEqual(results.map(({ title }) => title), ["Herons of the Marsh", "Of Cold Water"]);
  assert.deepEqual(results[0].matched.toSorted(), ["heron", "marsh"]);
});

test("a text can be searched for among the papers that filters leave", async () => {
  const { telling, searchNear } = engine();
  const words = await telling("herons marsh");
  assert.deepEqual((await searchNear(words, { filters: filters("?year=2021") })).numbers, [3]);
});

test("lines that name papers here are found, however they are cited", async () => {
  const { references } = engine();
  const { lines, found } = await references(
    [
      "[1] A. Kelp and B. Ash. Herons of the marsh. In Proc. of Wading, 2021.",
      '[2] Ash, B.: "Of Cold',
      '    Water", 2019.',
      "[3] C. Reed. On zeppelins and their sheds. 1999.",
    ].join("\n"),
  );
  assert.equal(lines, 3);
  assert.deepEqual(found.map(({ title }) => title), ["Herons of the Marsh"], "three words are too few to tell a title by");
});

test("a title of few words is a reference where it stands alone", async () => {
  const { found } = await engine().references("Of Cold Water\nThe otters of cold waters are many");
  assert.deepEqual(found.map(({ title }) => title), ["Of Cold Water"]);
});

test("the parts of a score, times the factor for coverage, are the score", async () => {
  const { search, explain } = engine();
  const { results } = await search("cold heron marsh");
  for (const { number, score } of results) {
    const { parts, coverage, own, score: told } = await explain("cold heron marsh", number);
    const sum = parts.reduce((all, part) => all + part.score, 0);
    assert.ok(Math.abs(sum * coverage - own) < 1e-12);
    assert.equal(told, score);
    assert.ok(own <= score + 1e-12);
    for (const { weight, score } of parts) assert.ok(weight > 0 && score <= weight);
  }
  assert.deepEqual((await explain("cold heron marsh", 0)).parts.map(({ text }) => text), ["cold", "heron", "marsh"]);
});

test("the parts of a paper that is near to a text are its score", async () => {
  const { telling, searchNear, explainNear } = engine();
  const words = await telling("herons herons marsh");
  const { number, score } = (await searchNear(words)).results[0];
  const { parts, score: told } = await explainNear(words, number);
  assert.equal(told, score);
  assert.deepEqual(parts.map(({ text }) => text), ["herons", "marsh"]);
});
