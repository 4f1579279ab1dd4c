"use strict";

/**
 * The passage of a text that shows best why it was found.
 *
 * @typedef {{text: string, hit: boolean}} Piece
 */

/** Characters that may stand before the first word that matched, where its sentence begins too far away. */
const LEAD = 40;
/** What two of the query's words side by side count beside what each counts alone. */
const BESIDE = 0.5;
/** What beginning with a sentence counts, in shares of the weightiest word. */
const WHOLE = 0.25;
const SENTENCE = /[.!?]["”’)\]]*\s+(?=["“([]?[\p{Lu}\p{N}])|\n+/gu;

/**
 * The piece of a text with most of the query's words, the rarest first, and preferably side by side; it begins with a
 * sentence where it can. Nothing where the text has none of them.
 *
 * @param {string} text
 * @param {Map<string, number>} weights what each term says
 * @param {number} limit the most characters
 * @returns {Piece[]}
 */
function passage(text, weights, limit = 240) {
  const tokens = terms.tokens(text);
  const hits = tokens.flatMap(({ term }, n) => (weights.has(term) ? [n] : []));
  if (!hits.length) return [];
  const weigh = (/** @type {number} */ n) => weights.get(tokens[n].term) ?? 0;
  const ends = [...text.matchAll(SENTENCE)].map(({ 0: gap, index }) => index + gap.length);
  const sentences = [0, ...ends];
  const most = Math.max(...hits.map(weigh));

  /** What the words say that lie between two places. @param {number} start @param {number} end */
  function worth(start, end) {
    const within = hits.filter((n) => tokens[n].start >= start && tokens[n].end <= end);
    const said = new Map(within.map((n) => [tokens[n].term, weigh(n)]));
    /** @type {Map<string, number>} */
    const pairs = new Map();
    within.forEach((n, at) => {
      const [one, two] = [tokens[n].term, tokens[within[at + 1]]?.term];
      if (within[at + 1] === n + 1 && one !== two) pairs.set(`${one} ${two}`, BESIDE * Math.min(weigh(n), weigh(n + 1)));
    });
    const whole = sentences.includes(start) ? WHOLE * most : 0;
    return [...said.values(), ...pairs.values()].reduce((sum, value) => sum + value, whole);
  }

  /** Where a passage may begin that has a word: with its sentence, or with a word shortly before. @param {number} hit */
  function beginnings(hit) {
    const { start } = tokens[hit];
    const sentence = /** @type {number} */ (sentences.findLast((place) => place <= start));
    const lead = tokens.find((token) => token.start >= start - LEAD)?.start ?? start;
    return [sentence, Math.max(sentence, lead)];
  }

  let best = { start: 0, worth: 0 };
  for (const start of new Set(hits.flatMap(beginnings))) {
    const value = worth(start, start + limit);
    if (value > best.worth) best = { start, worth: value };
  }
  const { start } = best;
  const last = tokens[/** @type {number} */ (hits.findLast((n) => tokens[n].end <= start + limit && tokens[n].start >= start))];
  const whole = [...ends, text.length].findLast((place) => place <= start + limit + 1 && place >= last.end);
  const end = whole ?? tokens.findLast((token) => token.end <= start + limit)?.end ?? text.length;
  const cut = !sentences.includes(start);
  // What is left of the limit goes to the sentences before.
  const first = cut ? start : /** @type {number} */ (sentences.find((place) => end - place <= limit));
  const pieces = highlighted(text.slice(first, end).trim(), [...weights.keys()]);
  if (cut) pieces.unshift({ text: "… ", hit: false });
  if (whole === undefined) pieces.push({ text: " …", hit: false });
  return pieces;
}
