import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE, run } from "../../bench/scripts.mjs";

/** @type {{passage: typeof passage}} */
const shipped = run(ENGINE, "({ passage })");

const TEXT =
  "Many birds live beside water. The heron waits in the cold water of the marsh, and strikes once. " +
  "Others of them prefer warm meadows, where frogs and mice and beetles are many and where the grass is high. " +
  "A heron may also stand in a field of reeds for a whole day. In cold winters the water freezes and they leave.";

/**
 * @param {Record<string, number>} weights
 * @param {number} [limit]
 * @param {string} [text]
 */
function shown(weights, limit, text = TEXT) {
  return shipped.passage(text, new Map(Object.entries(weights)), limit)
    .map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
    .join("");
}

test("the passage is the sentence that has most of the query's words, and they are marked", () => {
  assert.equal(
    shown({ heron: 2, reed: 2, dai: 1 }, 80),
    "A [heron] may also stand in a field of [reeds] for a whole [day].",
  );
});

test("a rare word counts more than common ones", () => {
  assert.equal(shown({ water: 0.1, bird: 0.1, reed: 3 }, 70), "A heron may also stand in a field of [reeds] for a whole day.");
});

test("words side by side count more than the same words apart", () => {
  const text = "Cold is the wind here, and far off runs water. It stands in cold water all day.";
  assert.equal(shown({ cold: 1, water: 1 }, 50, text), "It stands in [cold] [water] all day.");
});

test("where a sentence is too long the passage begins shortly before the word, and says that it is cut", () => {
  const text = `${"A long beginning of words that say little, ".repeat(8)}and then a heron ${"and more and more ".repeat(20)}.`;
  const cut = shown({ heron: 1 }, 100, text);
  assert.match(cut, /^… .{10,60}\[heron\].* …$/u);
  assert.ok(cut.length <= 100 + "[]… … ".length, cut);
});

test("a passage is never longer than its limit, and never without a word of the query", () => {
  for (let limit = 30; limit < 300; limit += 7) {
    const pieces = shipped.passage(TEXT, new Map([["heron", 1], ["beetl", 2]]), limit);
    assert.ok(pieces.some(({ hit }) => hit));
    assert.ok(pieces.map(({ text }) => text).join("").length <= limit + 4, String(limit));
  }
});

test("a text that has none of the words has no passage", () => {
  assert.deepEqual(shipped.passage(TEXT, new Map([["zeppelin", 1]])), []);
  assert.deepEqual(shipped.passage("", new Map([["zeppelin", 1]])), []);
});

test("paragraphs end sentences", () => {
  assert.equal(shown({ heron: 1 }, 40, "a line without an end\nthe heron waits\nmore"), "the [heron] waits\nmore");
});
