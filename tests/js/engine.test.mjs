import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE, run } from "../../bench/scripts.mjs";
import { stored } from "./index.mjs";

/**
 * @type {{createEngine: typeof createEngine, highlighted: typeof highlighted,
 *   shardOf: typeof shardOf, SYNONYM: number, countTold: typeof countTold, wordsTold: typeof wordsTold}}
 */
const engine = run(ENGINE, "({ createEngine, highlighted, shardOf, SYNONYM, countTold, wordsTold })");
const { SYNONYM } = engine;

const NAMES = { terms: "t0", words: "w0", endings: "e0", papers: "p0p1" };
const MANIFEST = { format: 7, like: { pairs: "terms" }, papers: 4, bounds: "", words: 1, block: 2, digits: 1, rest: 0, levels: 16, width: 2, names: NAMES };

/** An index of four papers, one shard of each kind. */
const INDEX = {
  "search/manifest.json": MANIFEST,
  "search/terms/0.json": { heron: "l1d", marsh: "bbbb", moth: "1f", retriev: "2e", otter: "3h", "constructor": "3c" },
  "search/words/0.json": { he: "ron", ma: "rsh", mo: "th", re: "trieval trieve", ot: "ters ter", co: "nstructor" },
  "search/endings/0.json": {},
  "search/papers/0.json": ["Herons of the Marsh", ["Moths & Lamps", "moths-and-lamps"]],
  "search/papers/1.json": ["Retrieval", "Otters"],
};

/**
 * An engine over files, whose names are given here without the part that tells their content.
 *
 * @param {Record<string, unknown>} [files]
 */
function over(files = INDEX) {
  /** @type {string[]} */
  const fetched = [];
  const load = async (/** @type {string} */ named) => {
    const path = named.replace(/\.\w\w\.json$/u, ".json");
    fetched.push(path);
    if (!(path.replace("/pairs/", "/terms/") in files)) throw new Error(path);
    return stored(files, path);
  };
  return { fetched, ...engine.createEngine({ load }) };
}

/** Five papers: the first is the only one that has "vit", the next three have both words of its long form. */
const SYNONYMS = {
  "search/manifest.json": { ...MANIFEST, papers: 5, block: 8 },
  "search/terms/0.json": {
    "vit": "a",
    "vision": "1hbh",
    "transform": "1ddd",
    "prune": "dddd",
    "lamp": "1dddd",
    "mllm": "4p",
    "=vit": [["vision transformer", "ViT", "patch network"]],
    "=vision": [["vision transformer", "ViT", "patch network"]],
    "=patch": [["vision transformer", "ViT", "patch network"]],
    "=xai": [["explainable pruning", "XAI"], ["XAI", "prune"]],
    "=mllm": [["MLLM", "herons"]],
    "=prune": [["pruning", "pruning of transformers", "MLLM"]],
  },
  "search/words/0.json": { vi: "sion t", xa: "ib" },
  "search/endings/0.json": {},
  "search/papers/0.json": ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"],
};

/**
 * @param {string} query
 * @param {{prefix?: boolean}} [options]
 */
async function answered(query, options) {
  const answer = await over(SYNONYMS).search(query, options);
  return { ...answer, scores: Object.fromEntries(answer.results.map(({ slug, score }) => [slug, score])) };
}

/** Inverse document frequency among the five papers. @param {number} having */
const idf = (having) => Math.log(1 + (5 - having + 0.5) / (having + 0.5));

/** Saturated frequency of a level. @param {string} letter */
const level = (letter) => (letter.charCodeAt(0) - 97 + 0.5) / 16;

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

test("a word said twice counts more, but less than twice", async () => {
  const [once, twice] = [await over().search("heron"), await over().search("heron Herons")];
  assert.deepEqual(slugs(twice), slugs(once));
  assert.ok(Math.abs(twice.results[0].score / once.results[0].score - (9 * 2) / (8 + 2)) < 1e-12);
});

test("an unfinished last word stands for the words that begin with it", async () => {
  assert.deepEqual(slugs(await over().search("retrieva", { prefix: true })), ["retrieval"]);
  assert.deepEqual(slugs(await over().search("he", { prefix: true })), ["herons-of-the-marsh", "retrieval"]);
});

test("one letter is not completed, nor is a word that something follows", async () => {
  assert.deepEqual(slugs(await over().search("h", { prefix: true })), []);
  assert.deepEqual((await over().search("he ", { prefix: true })).unknown, ["he"]);
});

test("a word that is in no paper and near none is named, and the others still find", async () => {
  const answer = await over().search("zeppelin otters");
  assert.deepEqual(answer.unknown, ["zeppelin"]);
  assert.deepEqual(slugs(answer), ["otters"]);
});

test("a query of stop words finds nothing and names nothing", async () => {
  const { results, total, unknown, repaired, also } = await over().search("of the");
  assert.deepEqual({ results, total, unknown, repaired, also }, { results: [], total: 0, unknown: [], repaired: [], also: [] });
});

test("names that every JavaScript object has are ordinary words", async () => {
  assert.deepEqual(slugs(await over().search("constructor")), ["otters"]);
  assert.deepEqual((await over().search("toString __proto__ valueOf")).unknown, ["tostring", "__proto__", "valueof"]);
});

test("decomposed letters are composed before they are looked up", async () => {
  const files = { ...INDEX, "search/terms/0.json": { "caf\u00e9": "c" } };
  assert.deepEqual(slugs(await over(files).search("cafe\u0301")), ["herons-of-the-marsh"]);
});

test("every file is asked for once, and titles only of the best papers", async () => {
  const { fetched, search } = over();
  await search("otters", { limit: 1 });
  await search("otters", { limit: 1 });
  assert.deepEqual(fetched.toSorted(), ["search/manifest.json", "search/papers/1.json", "search/terms/0.json"]);
});

/** Four papers with both words, of which the first and the third have them side by side. */
const PAIR = {
  "search/manifest.json": { ...MANIFEST, papers: 5, block: 8 },
  "search/terms/0.json": { reed: "aaca", grass: "aaaad", "+reed": { grass: "ab" } },
  "search/words/0.json": { gr: "ass asses" },
  "search/endings/0.json": {},
  "search/papers/0.json": ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"],
};

test("papers that have neighbouring words of the query side by side get more, as if the two were a term", async () => {
  const [{ results: pair }, { results: turned }] = [await over(PAIR).search("reed grass"), await over(PAIR).search("grass reed")];
  const gained = pair.map(({ number, score }) => score - (turned.find((other) => other.number === number)?.score ?? 0));
  const gain = Object.fromEntries(pair.map(({ slug }, n) => [slug, gained[n]]));
  assert.ok(Math.abs(gain.alpha - 0.2 * idf(2) * level("a")) < 1e-12);
  assert.ok(Math.abs(gain.gamma - 0.2 * idf(2) * level("a")) < 1e-12);
  assert.deepEqual([gain.beta, gain.delta, gain.epsilon], [0, 0, 0]);
});

test("stop words between two words of the query do not part them, other words do", async () => {
  const score = async (/** @type {string} */ query) => (await over(PAIR).search(query)).results[0].score;
  assert.equal(await score("reed of the grass"), await score("reed grass"));
  assert.ok((await score("reed zeppelin grass")) < (await score("reed grass")));
});

test("an unfinished word is a neighbour as the words that complete it", async () => {
  const { results } = await over(PAIR).search("reed gra", { prefix: true });
  assert.deepEqual(results, (await over(PAIR).search("reed grass")).results);
});

test("a pair that the query says twice counts once", async () => {
  const { results } = await over(PAIR).search("reed grass reed grass");
  const words = ((9 * 2) / (8 + 2)) * (idf(4) + idf(5)) * level("a");
  const alpha = results.find(({ slug }) => slug === "alpha");
  assert.ok(Math.abs((alpha?.score ?? 0) - (words + 0.2 * idf(2) * level("a"))) < 1e-12);
});

/** Twenty papers: all but the first and the last have "heron", the second most of it, and is related to both. */
const COMPANY = {
  "search/manifest.json": { ...MANIFEST, papers: 20, block: 20 },
  "search/terms/0.json": { heron: "1h" + "d".repeat(17) },
  "search/papers/0.json": [
    "Storks", ["Herons", "", 19, 3, 0], ...Array.from({ length: 17 }, (_, n) => `Paper ${n + 2}`), ["Egrets", "egrets-2", 1],
  ],
};

test("the best papers pass a part of their scores on to their related papers, the less the less like they are", async () => {
  const { results } = await over(COMPANY).search("heron", { limit: 50 });
  const scores = new Map(results.map(({ number, score }) => [number, score]));
  const most = scores.get(1) ?? 0;
  const part = (/** @type {number} */ number) => (scores.get(number) ?? 0) / most;
  assert.ok(Math.abs(part(19) - 0.15 / 2) < 1e-12);
  assert.ok(Math.abs(part(3) - (part(2) + 0.15 / 3)) < 1e-12);
  assert.ok(Math.abs(part(0) - 0.15 / 4) < 1e-12);
  assert.deepEqual(results.slice(0, 3).map(({ number }) => number), [1, 3, 2]);
});

test("a related paper that has no word of the query says so, and has its own slug", async () => {
  const { results } = await over(COMPANY).search("heron", { limit: 50 });
  assert.deepEqual(results.find(({ number }) => number === 19)?.matched, []);
  assert.equal(results.find(({ number }) => number === 19)?.slug, "egrets-2");
  assert.equal(results.find(({ number }) => number === 1)?.slug, "herons");
});

test("papers that have no word of the query and are like the best are counted apart", async () => {
  const { results, total, alike, numbers, having } = await over(COMPANY).search("heron", { limit: 50 });
  assert.deepEqual([results.length, numbers.length, total, having.length, alike], [20, 20, 18, 18, 2]);
  const newest = await over(COMPANY).search("heron", { limit: 50, sort: "newest" });
  assert.deepEqual([newest.results.length, newest.total, newest.alike], [18, 18, 0]);
});

test("only the best ten papers pass anything on, however many are shown", async () => {
  const papers = [...COMPANY["search/papers/0.json"]];
  papers[10] = ["Paper 10", "", 0];
  papers[11] = ["Paper 11", "", 19];
  const files = { ...COMPANY, "search/papers/0.json": papers };
  files["search/papers/0.json"][1] = "Herons";
  for (const limit of [1, 50]) {
    const { alike } = await over(files).search("heron", { limit });
    assert.equal(alike, 1, "paper 10 is the tenth best and passes on, paper 11 is the eleventh");
  }
});

/** Twelve papers with "reed", of which only the two that say it most are told, and "grass" in three. */
const COMMON = {
  "search/manifest.json": { ...MANIFEST, papers: 20, block: 20, rest: 1, names: { ...NAMES, rest: "r0" } },
  "search/terms/0.json": { "reed": "2pp", "~reed": [10, 3], "grass": "1b1b1b" },
  "search/rest/0.json": { reed: "4dddddddddd" },
  "search/papers/0.json": Array.from({ length: 20 }, (_, n) => `Paper ${n}`),
};

test("a paper that may be in what was cut off from a long list gets what it would on the average", async () => {
  const { results } = await over(COMMON).search("grass reed");
  const [common, rare] = [12, 3].map((having) => Math.log(1 + (20 - having + 0.5) / (having + 0.5)));
  const share = 10 / 18;
  const sum = rare * level("b") + common * share * level("d");
  const expected = sum * ((rare + common * share) / (rare + common)) ** (2 / 4);
  const other = results.find(({ number }) => number === 1);
  assert.ok(Math.abs((other?.score ?? 0) - expected) < 1e-12);
  assert.equal(results[0].number, 3, "which has both");
});

test("a word whose list was cut tells how many papers have it, and the strongest of them", async () => {
  const { results, total } = await over(COMMON).search("reed");
  assert.deepEqual(results.map(({ number }) => number), [2, 3]);
  assert.equal(total, 12);
});

test("no more papers are said to be shown of those found than were found", () => {
  const answer = /** @type {any} */ ({ results: Array(10), total: 2, alike: 16, partly: [] });
  const like = "16 more have none of the words, but are like the best.";
  assert.equal(engine.countTold(answer), `2 papers found. ${like} The best 10 of all are shown.`);
  assert.equal(engine.countTold({ ...answer, total: 11 }), `11 papers found, the best 10 are shown. ${like}`);
  assert.equal(engine.countTold({ ...answer, alike: 0, results: Array(2) }), "2 papers found.");
});

test("a number of papers is the least where some may be in what was cut off, and the words are told", async () => {
  const { countTold, wordsTold } = engine;
  const told = async (/** @type {string} */ query, options = {}) => {
    const answer = await over(COMMON).search(query, options);
    return [countTold(answer), ...wordsTold(answer)].filter(Boolean).join(" ");
  };
  const passing = "Papers that say “reed” only in passing are not all counted.";
  assert.equal(await told("reed"), "12 papers found, the best 2 are shown.");
  assert.equal(await told("grass"), "3 papers found.");
  assert.equal(await told("grass reed"), `At least 12 papers found, the best 4 are shown. ${passing}`);
  assert.equal(await told("reed", { sort: "title" }), `At least 2 papers found. ${passing}`);
});

test("what was cut off from a long list is read where every paper counts", async () => {
  const { fetched, search } = over(COMMON);
  const { results } = await search("grass -reed");
  assert.deepEqual(results.map(({ number }) => number), [1]);
  assert.ok(fetched.includes("search/rest/0.json"));
});

test("a file that could not be read is asked for again next time", async () => {
  const files = /** @type {Record<string, unknown>} */ ({ ...INDEX });
  delete files["search/terms/0.json"];
  const { search } = over(files);
  await assert.rejects(search("heron"));
  files["search/terms/0.json"] = INDEX["search/terms/0.json"];
  assert.equal((await search("heron")).total, 2);
});

/** Files under their whole names, which can be exchanged as when a site is built anew. */
function host() {
  const files = /** @type {Record<string, unknown>} */ ({
    "search/manifest.json": MANIFEST,
    "search/terms/0.t0.json": INDEX["search/terms/0.json"],
    "search/words/0.w0.json": INDEX["search/words/0.json"],
    "search/papers/0.p0.json": INDEX["search/papers/0.json"],
    "search/papers/1.p1.json": INDEX["search/papers/1.json"],
  });
  /** @type {string[]} */
  const asked = [];
  const load = async (/** @type {string} */ path) => {
    asked.push(path);
    if (!(path in files)) throw new Error(path);
    return stored(files, path, "search/words/0.w0.json");
  };
  return { files, asked, ...engine.createEngine({ load }) };
}

test("a file's name has the part of the list that is its own", async () => {
  const { asked, search } = host();
  await search("otters");
  assert.deepEqual(asked.toSorted(), ["search/manifest.json", "search/papers/1.p1.json", "search/terms/0.t0.json"]);
});

test("where files are gone because the site was built anew, the list is read again and the new files answer", async () => {
  const { files, asked, search } = host();
  await search("otters");
  delete files["search/terms/0.t0.json"];
  delete files["search/papers/0.p0.json"];
  files["search/manifest.json"] = { ...MANIFEST, names: { ...NAMES, terms: "t9", papers: "p9p1" } };
  files["search/terms/0.t9.json"] = { heron: "ab" };
  files["search/papers/0.p9.json"] = ["Herons anew", "Moths"];
  assert.deepEqual(slugs(await search("heron")), ["moths", "herons-anew"]);
  assert.equal(asked.filter((path) => path === "search/manifest.json").length, 2);
  assert.equal(asked.filter((path) => path === "search/papers/1.p1.json").length, 1);
});

test("a file that is listed and cannot be read is an error after the list was read once more", async () => {
  const { files, asked, search } = host();
  delete files["search/terms/0.t0.json"];
  await assert.rejects(search("heron"), /search.terms.0.t0.json/);
  assert.equal(asked.filter((path) => path === "search/manifest.json").length, 2);
});

test("titles and filters are read anew where their files are gone, as answers are", async () => {
  const { files, asked, paper, search, facets } = host();
  await search("otters");
  delete files["search/papers/0.p0.json"];
  files["search/manifest.json"] = { ...MANIFEST, names: { ...NAMES, papers: "p9p1", "facets/names": "n9", "facets/values": "v9" } };
  files["search/papers/0.p9.json"] = ["Herons anew", "Moths"];
  files["search/facets/names/0.n9.json"] = { topic: { birds: "Birds" }, in: {} };
  files["search/facets/values/0.v9.json"] = { "topic:birds": "," };
  const [[title], all] = await Promise.all([paper(0), facets.all()]);
  assert.equal(title, "Herons anew");
  assert.deepEqual(all, [{ field: "topic", value: "birds", name: "Birds", papers: [0] }]);
  assert.equal(asked.filter((path) => path === "search/papers/0.p9.json").length, 1);
});

const isRenewed = (/** @type {Error} */ error) => error.constructor.name === "Renewed" && /format 9/u.test(error.message);

test("an index of another format is refused, and told from one that cannot be read", async () => {
  await assert.rejects(over({ ...INDEX, "search/manifest.json": { ...MANIFEST, format: 9 } }).search("heron"), isRenewed);
});

test("where files are gone because the index has another format now, that is the reason", async () => {
  const { files, paper, search } = host();
  await search("otters");
  delete files["search/papers/0.p0.json"];
  files["search/manifest.json"] = { ...MANIFEST, format: 9 };
  await assert.rejects(paper(0), isRenewed);
  await assert.rejects(search("heron"), isRenewed);
  await assert.rejects(search("otters"), isRenewed);
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

test("a paper that has another form counts nearly as one that has the word as typed", async () => {
  const { scores, also } = await answered("ViT");
  assert.deepEqual(also, ["vision transformer"]);
  assert.equal(scores.alpha, idf(1) * level("a"));
  assert.equal(scores.beta, SYNONYM * idf(1) * level("d"));
});

test("a form of several words needs all of them in the paper, and counts as the weakest", async () => {
  const { scores } = await answered("ViT");
  assert.deepEqual(Object.keys(scores).toSorted(), ["alpha", "beta", "delta", "gamma"]);
  assert.equal(scores.gamma, SYNONYM * idf(1) * level("b"));
  assert.equal(scores.delta, scores.beta);
});

test("words that are a form together find papers with the acronym, and the words alone still count", async () => {
  const { scores, also, results } = await answered("vision transformers");
  assert.deepEqual(also, ["ViT"]);
  assert.equal(scores.alpha, SYNONYM * (2 * idf(3)) * level("a"));
  assert.equal(scores.beta, idf(3) * level("h") + idf(3) * level("d"));
  assert.deepEqual(results.find(({ slug }) => slug === "alpha")?.matched, ["vit"]);
});

test("a paper that has a synonym covers the words that it stands for", async () => {
  const { scores } = await answered("ViT lamps");
  assert.equal(scores.beta, SYNONYM * idf(1) * level("d") + idf(4) * level("d"), "the factor for coverage is 1");
  assert.equal(scores.epsilon, idf(4) * level("d") * (idf(4) / (idf(1) + idf(4))) ** (2 / 4), "one word of two");
});

test("of the forms that a paper has the best counts, not their sum", async () => {
  const terms = { ...SYNONYMS["search/terms/0.json"], vit: "ap" };
  const { results } = await over({ ...SYNONYMS, "search/terms/0.json": terms }).search("vision transformer");
  const typed = idf(3) * level("h") + idf(3) * level("d");
  const instead = SYNONYM * 2 * idf(3) * level("p");
  assert.equal(results[0].slug, "beta");
  assert.equal(results[0].score, Math.max(typed, instead));
});

test("a form that the query has elsewhere counts there alone", async () => {
  const { also, scores } = await answered("ViT vision transformer");
  assert.deepEqual(also, []);
  const share = (2 * idf(3)) / (idf(1) + idf(3) + idf(3));
  assert.ok(Math.abs(scores.beta - (idf(3) * level("h") + idf(3) * level("d")) * share ** (2 / 9)) < 1e-12);
});

test("a word that no paper has is searched for by its synonyms, not repaired, and not called missing", async () => {
  const { results, unknown, repaired, also } = await answered("XAI");
  assert.equal(results.length, 4);
  assert.equal(results[0].score, SYNONYM * idf(4) * level("d"));
  assert.deepEqual({ unknown, repaired, also }, { unknown: [], repaired: [], also: ["prune"] });
});

test("a form of which no paper has all words is not searched for", async () => {
  const { unknown, also } = await answered("patch network mllm", {});
  assert.deepEqual(also, ["vision transformer", "ViT"]);
  assert.deepEqual(unknown, []);
  assert.deepEqual((await answered("mllm")).also, []);
});

test("the longest form is taken, and none within it", async () => {
  const terms = { ...SYNONYMS["search/terms/0.json"], "=transform": [["transformers", "MLLM"]] };
  const files = { ...SYNONYMS, "search/terms/0.json": terms };
  assert.deepEqual((await over(files).search("vision transformer")).also, ["ViT"]);
  assert.deepEqual((await over(files).search("transformer")).also, ["MLLM"]);
});

test("a synonym of two words of the query counts once", async () => {
  const groups = { "=vit": [["ViT", "MLLM"]], "=transform": [["transformers", "MLLM"]] };
  const files = { ...SYNONYMS, "search/terms/0.json": { ...SYNONYMS["search/terms/0.json"], ...groups } };
  const { also, results } = await over(files).search("ViT transformers");
  assert.deepEqual(also, ["MLLM"]);
  assert.equal(results.find(({ slug }) => slug === "epsilon")?.score, SYNONYM * idf(1) * level("p") * (idf(1) / (idf(1) + idf(3))) ** (2 / 4));
});

test("a form finds the other forms of all its groups, each once", async () => {
  const groups = { "=vit": [["ViT", "MLLM", "lamp"], ["lamps", "prune", "ViT"]] };
  const files = { ...SYNONYMS, "search/terms/0.json": { ...SYNONYMS["search/terms/0.json"], ...groups } };
  assert.deepEqual((await over(files).search("vit")).also, ["MLLM", "lamp", "prune"]);
});

test("an unfinished last word is a form only where it is one as it stands", async () => {
  assert.deepEqual((await answered("vi", { prefix: true })).also, []);
  assert.deepEqual((await answered("vit", { prefix: true })).also, ["vision transformer"]);
  assert.deepEqual((await answered("vision transf", { prefix: true })).also, []);
});

test("a key of synonyms is no word that can be searched for", async () => {
  assert.deepEqual((await answered("=zeppelin =vit")).unknown, ["zeppelin"]);
});

test("a query without a synonym costs the same requests and has the same scores, to the bit", async () => {
  const plain = Object.entries(SYNONYMS["search/terms/0.json"]).filter(([key]) => !key.startsWith("="));
  const [before, after] = [over({ ...SYNONYMS, "search/terms/0.json": Object.fromEntries(plain) }), over(SYNONYMS)];
  for (const query of ["vision", "vision mllm", "transformer vision zeppelin"]) {
    assert.deepEqual(await after.search(query, { prefix: true }), await before.search(query, { prefix: true }), query);
  }
  assert.deepEqual(after.fetched, before.fetched);
});

test("two searches that find the site built anew at the same time are both answered", async () => {
  const { files, search } = host();
  await search("otters");
  delete files["search/papers/0.p0.json"];
  files["search/manifest.json"] = { ...MANIFEST, names: { ...NAMES, papers: "p9p1" } };
  files["search/papers/0.p9.json"] = ["Herons anew", "Moths"];
  const answers = await Promise.all([search("heron"), search("moth")]);
  assert.deepEqual(answers.map(slugs), [["herons-anew", "retrieval"], ["moths"]]);
});
