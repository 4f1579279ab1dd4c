"use strict";

/**
 * What papers are worth to a query: pure functions on postings.
 *
 * @typedef {Map<number, {score: number, covered: number}>} Evidence by paper: what it says, and of how much of the query
 * @typedef {{text: string, weight: number, score: number, kind: string}} Part
 *   a word of the query or what stands for some; what it weighs, and what a paper gets for it: their quotient tells how
 *   strongly the paper speaks of it
 * @typedef {{parts: Part[], coverage: number, own: number, score: number}} Explanation
 *   what a score is made of: the sum of the parts, times the factor for coverage, is the paper's own; the rest of the
 *   score comes from its company
 */

/** Robertson's k3: how often a word of a query is repeated counts nearly in full. */
const K3 = 8;
/** The best papers, which pass a part of their scores on: as many as are shown, so their files are fetched anyway. */
const GIVERS = 10;
/** What a paper passes on to the likest of its related papers is half of this part of its score. */
const GIVEN = 0.15;
/** What words count that stand side by side in the query and in a paper, beside what each of them counts. */
const SIDE_BY_SIDE = 0.2;
/** What a synonym counts beside the words as they were typed; docs/search.md tells how it was chosen. */
const SYNONYM = 0.8;

/**
 * Papers and their scores, the best first. A score is the sum of
 * what each word of the query says, as in BM25 (Robertson and Zaragoza, "The probabilistic relevance framework", 2009):
 * inverse document frequency times saturated term frequency times saturated frequency in the query; the index holds the
 * second, ready and rounded. To this is added what neighbouring words say that are neighbours in the paper; then it is
 * lowered by what the paper lacks of the query.
 *
 * @param {Concept[]} concepts
 * @param {Adjacent[]} adjacent
 * @param {number} words how many words the query has
 * @param {number} papers how many papers the catalogue has
 */
function ranked(concepts, adjacent, words, papers) {
  /** @type {Evidence} */
  const sums = new Map();
  let whole = 0;
  for (const concept of concepts) {
    const { weight, said } = evidence(concept, papers);
    whole += weight;
    for (const [number, { score, covered }] of said) add(sums, number, score, covered);
  }
  for (const pair of adjacent) {
    for (const [number, score] of saidTogether(pair, papers).said) add(sums, number, score, 0);
  }
  /** @type {[number, number][]} */
  const scores = [...sums].map(([number, { score, covered }]) => [
    number,
    score * coverage(covered / whole, words),
  ]);
  return byScore(scores);
}

/**
 * What papers say of words that are meant together: the sum over the words, or what their synonyms say, whichever is
 * more. A paper that has a synonym covers the words.
 *
 * @param {Concept} concept
 * @param {number} papers
 * @returns {{weight: number, said: Evidence}} what the words weigh, and what each paper says of them
 */
function evidence({ words, synonyms }, papers) {
  /** @type {Evidence} */
  const said = new Map();
  const instead = merged(synonyms.map(({ postings }) => postings)).size;
  let weight = 0;
  for (const { postings, count } of words) {
    const having = postings.size || instead;
    if (!having) continue;
    const says = inverseDocumentFrequency(having, papers) * repeated(count);
    weight += says;
    for (const [number, frequency] of postings) add(said, number, says * frequency, says);
  }
  for (const { postings } of synonyms) {
    for (const [number, frequency] of postings) {
      said.set(number, { score: Math.max(said.get(number)?.score ?? 0, SYNONYM * weight * frequency), covered: weight });
    }
  }
  return { weight, said };
}

/**
 * What papers say of two words that stand side by side in them: as if they were a term of its own, which a paper has at
 * most as often as the rarer of the two. Pairs of terms as Metzler and Croft have them ("A Markov random field model for
 * term dependencies", 2005), with a weight of their own.
 *
 * @param {Adjacent} pair
 * @param {number} papers
 * @returns {{weight: number, said: [number, number][]}} what the two weigh, and what papers say of them
 */
function saidTogether({ words: [one, two], papers: having }, papers) {
  const weight = SIDE_BY_SIDE * inverseDocumentFrequency(having.size, papers);
  const least = (/** @type {number} */ number) =>
    Math.min(one.postings.get(number) ?? 0, two.postings.get(number) ?? 0);
  return { weight, said: [...having].map((number) => [number, weight * least(number)]) };
}

/**
 * What the score of a paper is made of, by the same sums as `ranked` makes.
 *
 * @param {Concept[]} concepts
 * @param {Adjacent[]} adjacent
 * @param {number} words how many words the query has
 * @param {number} papers how many papers the catalogue has
 * @param {number} number
 * @returns {Omit<Explanation, "score">}
 */
function explained(concepts, adjacent, words, papers, number) {
  /** @type {Part[]} */
  const parts = [];
  let [sum, covered, whole] = [0, 0, 0];
  for (const concept of concepts) {
    const { weight, said } = evidence(concept, papers);
    whole += weight;
    const told = said.get(number);
    if (!told) continue;
    sum += told.score;
    covered += told.covered;
    const part = (/** @type {string} */ text, /** @type {Concept} */ { words, synonyms }) => {
      const { weight, said } = evidence({ words, synonyms }, papers);
      return { text, weight, score: said.get(number)?.score ?? 0, kind: synonyms.length ? "means the same" : "" };
    };
    const typed = concept.words.map((word) => part(word.typed, { words: [word], synonyms: [] }));
    const others = concept.synonyms.map((one) => part(one.text, { words: concept.words, synonyms: [one] }));
    const instead = others.find(({ score }) => score === told.score);
    const sumTyped = typed.reduce((all, { score }) => all + score, 0);
    parts.push(...(instead && sumTyped < told.score ? [instead] : typed.filter(({ score }) => score)));
  }
  for (const pair of adjacent) {
    const { weight, said } = saidTogether(pair, papers);
    const score = new Map(said).get(number) ?? 0;
    sum += score;
    if (score) parts.push({ text: pair.words.map(({ typed }) => typed).join(" "), weight, score, kind: "side by side" });
  }
  const factor = whole ? coverage(covered / whole, words) : 0;
  return { parts, coverage: factor, own: sum * factor };
}

/**
 * @param {Evidence} sums
 * @param {number} number
 * @param {number} score
 * @param {number} covered
 */
function add(sums, number, score, covered) {
  const sum = sums.get(number) ?? { score: 0, covered: 0 };
  sums.set(number, { score: sum.score + score, covered: sum.covered + covered });
}

/**
 * How far a paper answers the whole query: the share of the words it has, by what they say, to a power that fades with
 * the square of their number. Of two words both are meant; of the twenty of a question few are.
 *
 * @param {number} share
 * @param {number} words
 */
function coverage(share, words) {
  return share ** (2 / words ** 2);
}

/**
 * How much a word says that so many of the papers have: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative.
 *
 * @param {number} having
 * @param {number} papers
 */
function inverseDocumentFrequency(having, papers) {
  return Math.log(1 + (papers - having + 0.5) / (having + 0.5));
}

/**
 * How much a word counts that a query has so many times: (k3 + 1) f / (k3 + f).
 *
 * @param {number} count
 */
function repeated(count) {
  return ((K3 + 1) * count) / (K3 + count);
}

/**
 * The best papers pass a part of their scores on to their related papers, the less the less these are like them: papers
 * that are like each other answer the same questions (the cluster hypothesis; N. Jardine and C. J. van Rijsbergen, "The
 * use of hierarchic clustering in information retrieval", 1971). So a paper is found that says it in other words.
 *
 * @param {[number, number][]} scores papers and scores, the best first
 * @param {number[][]} related for the first of them their related papers, the likest first
 */
function passedOn(scores, related) {
  const sums = new Map(scores);
  related.forEach((others, n) => {
    const part = GIVEN * scores[n][1];
    others.forEach((other, rank) => sums.set(other, (sums.get(other) ?? 0) + part / (rank + 2)));
  });
  return byScore([...sums]);
}

/**
 * The best first, the older before the younger where scores are equal.
 *
 * @param {[number, number][]} scores
 */
function byScore(scores) {
  return scores.sort(([m, a], [n, b]) => b - a || m - n);
}

/**
 * Terms that stand for one word count as one term: a paper's frequency is the highest of them.
 *
 * @param {Postings[]} lists
 */
function merged(lists) {
  const [first = new Map(), ...others] = lists;
  if (!others.length) return first;
  const all = new Map(first);
  for (const list of others) {
    for (const [number, frequency] of list) all.set(number, Math.max(frequency, all.get(number) ?? 0));
  }
  return all;
}

/**
 * The papers that have all of several terms: they have what these spell together at most as often as the rarest of them.
 *
 * @param {Postings[]} lists
 */
function inAll([first, ...others]) {
  /** @type {Postings} */
  const all = new Map();
  for (const [number, frequency] of first) {
    const frequencies = [frequency, ...others.map((list) => list.get(number) ?? 0)];
    if (frequencies.every(Boolean)) all.set(number, Math.min(...frequencies));
  }
  return all;
}
