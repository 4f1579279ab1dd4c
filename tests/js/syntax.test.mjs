import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../../bench/scripts.mjs";

/** @type {{parsed: typeof parsed, misread: typeof misread, yearsOf: typeof yearsOf, hasPhrase: typeof hasPhrase}} */
const syntax = run(["terms.js", "syntax.js"], "({ parsed, misread, yearsOf, hasPhrase })");

/**
 * Demands in short: alternatives with bars between, phrases in quotes, "-" before what may not be.
 *
 * @param {string} query
 */
function demanded(query) {
  return syntax.parsed(query).demands.map(({ not, alternatives }) => {
    const told = alternatives.map(({ field, text, phrase }) => `${field && field + ":"}${phrase ? `"${text}"` : text}`);
    return (not ? "-" : "") + told.join("|");
  });
}

/** The words that are ranked, with single blanks. @param {string} query */
const words = (query) => syntax.parsed(query).words.trim().replaceAll(/\s+/g, " ");

test("a query of words alone demands nothing and stays as it is", () => {
  for (const query of ["herons of the marsh", "state-of-the-art GPT-4", "what: ever (x)", "a - b", "", "  "]) {
    assert.deepEqual(syntax.parsed(query), { words: query, demands: [] }, query);
  }
});

test("words in quotes are demanded side by side and ranked as words, also in typographic quotes", () => {
  assert.deepEqual(demanded('"cold water" heron'), ['"cold water"']);
  assert.deepEqual(demanded("“cold water”"), ['"cold water"']);
  assert.equal(words('"cold water" heron'), "cold water heron");
});

test("in a text all in capitals OR and NOT are words, in a short query they are not", () => {
  const text = "I LOOK FOR HERONS OR OTTERS BUT NOT FOR MOTHS AT LAMPS";
  const mended = text.replace("HERONS", "heroms");
  for (const shouted of [text, mended]) assert.deepEqual(syntax.parsed(shouted), { words: shouted, demands: [] });
  assert.deepEqual(demanded("HERONS OR OTTERS NOT MOTHS"), ["HERONS|OTTERS", "-MOTHS"]);
});

test("an id of arXiv or a DOI is demanded, however it is written, and not ranked", () => {
  const ids = {
    "2401.01234": "id:2401.01234",
    "arXiv:2401.01234v3": "id:2401.01234",
    "https://arxiv.org/abs/2401.01234v3.": "id:2401.01234",
    "https://arxiv.org/pdf/2401.01234v1.pdf": "id:2401.01234",
    "https://huggingface.co/papers/2401.01234": "id:2401.01234",
    "(https://doi.org/10.48550/arXiv.2401.01234)": "id:2401.01234",
    "cs.CL/9901001": "id:cs.cl/9901001",
    "https://arxiv.org/abs/hep-th/9901001v2": "id:hep-th/9901001",
    "doi:10.1000/ABC.1-2": "id:10.1000/abc.1-2",
    "https://doi.org/10.1000/182,": "id:10.1000/182",
  };
  for (const [query, id] of Object.entries(ids)) {
    assert.deepEqual(demanded(query), [id], query);
    assert.equal(words(query), "", query);
  }
  assert.deepEqual(demanded("heron 2401.01234 OR 2401.01235 -2401.01236"), ["id:2401.01234|id:2401.01235", "-id:2401.01236"]);
  assert.equal(words("heron 2401.01234"), "heron");
});

test("other numbers, and ids in quotes or in a long text, are words", () => {
  for (const query of ["0.1234", "2401.012", "1.2401", "10.1000", "v2.0", "and/or", '"2401.01234"']) {
    assert.ok(!demanded(query).some((told) => told.startsWith("id:")), query);
  }
  const text = "how do birds that stand in the water all day know what 2401.01234 says of them and of reeds";
  assert.deepEqual(demanded(text), []);
});

test("in a long text quotes demand nothing", () => {
  const text = 'how do birds that stand in the water all day know when the "cold" season with its "long nights" will come';
  assert.deepEqual(demanded(text), []);
  assert.equal(words(text), text.replaceAll('"', " ").replaceAll(/\s+/g, " "));
});

test("one word in quotes must be there", () => {
  assert.deepEqual(demanded('"heron" reeds'), ["heron"]);
});

test("a word after a minus or NOT may not be there and is not ranked", () => {
  assert.deepEqual(demanded("heron -otter NOT moth"), ["-otter", "-moth"]);
  assert.equal(words("heron -otter NOT moth"), "heron");
});

test("what is left out may be a phrase, or words with a hyphen, which are one", () => {
  assert.deepEqual(demanded('-"cold water" -self-taught'), ['-"cold water"', '-"self-taught"']);
});

test("a minus inside a word or alone is no sign", () => {
  assert.deepEqual(demanded("self-taught - heron"), []);
});

test("OR joins its neighbours, as many as there are, and all of them are ranked", () => {
  assert.deepEqual(demanded('heron OR "cold water" OR moth reeds'), ['heron|"cold water"|moth']);
  assert.equal(words("heron OR moth reeds"), "heron moth reeds");
});

test("what stands beside AND must be there, and an OR joins more closely", () => {
  assert.deepEqual(demanded("heron AND cold reeds"), ["heron", "cold"]);
  assert.deepEqual(demanded("heron AND otter OR moth"), ["heron", "otter|moth"]);
  assert.deepEqual(demanded("heron OR moth AND cold AND reeds"), ["heron|moth", "cold", "reeds"]);
  assert.deepEqual(demanded("heron AND NOT moth"), ["heron", "-moth"]);
  assert.deepEqual(demanded("heron AND the reeds"), [], "nothing is asked of a word that is in no index");
  assert.equal(words("heron AND cold"), "heron cold");
  assert.deepEqual(demanded("heron and cold"), [], "in small letters it is a word");
});

test("an OR that joins nothing is left out", () => {
  for (const query of ["OR heron", "heron OR", "OR"]) assert.deepEqual(demanded(query), [], query);
  assert.deepEqual(demanded("heron OR -moth"), ["-moth"]);
  assert.deepEqual(demanded("heron or moth"), [], "in small letters it is a word");
});

test("fields are demanded by their values; those that are no text are not ranked", () => {
  const query = 'title:heron author:"ada kelp" Topic:optics -tag:reeds in:spring year:2021-2023 water';
  assert.deepEqual(demanded(query), [
    "title:heron",
    "author:ada kelp",
    "topic:optics",
    "-tag:reeds",
    "in:spring",
    "year:2021-2023",
  ]);
  assert.equal(words(query), "heron water");
});

test("an OR joins fields too", () => {
  assert.deepEqual(demanded("topic:optics OR topic:birds"), ["topic:optics|topic:birds"]);
});

test("several words of a title with hyphens stand side by side there", () => {
  assert.deepEqual(demanded("title:chain-of-thought"), ['title:"chain-of-thought"']);
});

test("a field that has no value is a label and no word, one that is not known is two words", () => {
  assert.equal(words("title: heron"), "heron");
  assert.equal(words("-Title: heron year:soon"), "heron soon");
  assert.equal(words('topic:"" title:'), "");
  assert.equal(words("colour:red"), "colour:red");
});

test("a field that is not known, has no value or is no year demands nothing", () => {
  for (const query of ["colour:red", "title:", "title: heron", "year:soon", 'topic:""', "year:20234"]) {
    assert.deepEqual(demanded(query), [], query);
  }
});

test("a quotation that does not end, and quotes inside words, are words", () => {
  assert.deepEqual(demanded('heron "cold wat'), []);
  assert.equal(words('heron "cold wat'), "heron cold wat");
  assert.equal(words('5" reed'), "5 reed");
});

test("words keep their places, so that the one that is being typed is still known", () => {
  const query = '-otter "cold water" topic:optics he';
  const { words } = syntax.parsed(query);
  assert.equal(words.length, query.length);
  assert.equal(words.slice(-2), "he");
});

test("nothing that can be typed throws or changes the length of a query", () => {
  const signs = ['"', "-", "OR", "NOT", ":", "title:", "year:", "(", ")", "|", " ", "heron", "\u{1d4b3}", "the", "2021-"];
  let seed = 7;
  for (let n = 0; n < 5_000; n++) {
    let query = "";
    for (let length = 0; length < 8; length++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      query += signs[(seed >> 8) % signs.length];
    }
    assert.equal(syntax.parsed(query).words.length, query.length, query);
  }
});

test("what looks like more than words and is read as words is told, but nothing that is still being typed", () => {
  const { misread } = syntax;
  assert.deepEqual(misread("otters year:soon tok* title: heron"), ["year:soon", "tok*", "title:"]);
  assert.deepEqual(misread('"cold water'), ['"']);
  assert.deepEqual(misread("year:20234 year:2021..2019x"), ["year:20234", "year:2021..2019x"]);
  const fine = ['"cold water" heron', "year:2021- year:2021..2023 -year:2020 year:>2021", "year:>=2", "5 * 3", "title:", "year:20", "a*", "note: this", "2401.01234"];
  for (const query of fine) assert.deepEqual(misread(query), [], query);
  assert.deepEqual(misread("how do birds that stand in the water all day know when the cold* season will come year:soon"), []);
});

test("years are one, a range in either order, or all from or up to one", () => {
  assert.deepEqual(syntax.yearsOf("2023"), [2023, 2023]);
  assert.deepEqual(syntax.yearsOf("2023-2021"), [2021, 2023]);
  assert.deepEqual(syntax.yearsOf("2021..2023"), [2021, 2023]);
  assert.deepEqual(syntax.yearsOf("2021-"), [2021, Infinity]);
  assert.deepEqual(syntax.yearsOf("-2021"), [0, 2021]);
  assert.deepEqual(syntax.yearsOf("..2021"), [0, 2021]);
  assert.deepEqual(syntax.yearsOf(">2021"), [2022, Infinity]);
  assert.deepEqual(syntax.yearsOf(">=2021"), [2021, Infinity]);
  assert.deepEqual(syntax.yearsOf("<2021"), [0, 2020]);
  assert.deepEqual(syntax.yearsOf("<=2021"), [0, 2021]);
  assert.equal(syntax.yearsOf("soon"), undefined);
  assert.equal(syntax.yearsOf(">2021-"), undefined);
});

test("a phrase is found in any form of its words, whatever the case, hyphens and punctuation, and not within words", () => {
  assert.ok(syntax.hasPhrase("chain of thought", "A Chain-of-Thought."));
  assert.ok(syntax.hasPhrase("chain of thought", "Chains of thought"));
  assert.ok(!syntax.hasPhrase("chain of thought", "A chain for thought"));
  assert.ok(!syntax.hasPhrase("chain of thought", "Chain, and of it a thought"));
  assert.ok(!syntax.hasPhrase("old wat", "cold water"));
});
