import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../../bench/scripts.mjs";

/** @type {typeof terms} */
const { term, tokens } = run(["terms.js"], "terms");

test("a term is the stem of a word, the same for each of its forms", () => {
  assert.deepEqual(["prune", "Pruned", "pruning", "PRUNES"].map(term), ["prune", "prune", "prune", "prune"]);
});

test("stop words and single letters are no terms", () => {
  assert.deepEqual(["the", "With", "x", "7"].map(term), ["", "", "", ""]);
});

test("a first y is a consonant and a last one becomes an i", () => {
  assert.deepEqual(["yellowy", "yet", "yes"].map(term), ["yellowi", "", "ye"]);
});

test("words keep the dots inside them and their place in the text", () => {
  assert.deepEqual(
    tokens("See v2.0.1, naïve “GPT-4”.").map(({ word, start, end }) => [word, start, end]),
    [
      ["see", 0, 3],
      ["v2.0.1", 4, 10],
      ["naïve", 12, 17],
      ["gpt", 19, 22],
      ["4", 23, 24],
    ],
  );
});

test("a letter outside the basic plane is one character", () => {
  assert.equal(term("𝒳"), "");
  assert.deepEqual(tokens("𝒳𝒴").map(({ start, end }) => [start, end]), [[0, 4]]);
});
