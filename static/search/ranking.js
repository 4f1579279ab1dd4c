"use strict";

/**
 * What papers are worth to a query: pure functions on postings.
 *
 * @typedef {{score: Float64Array, covered: Float64Array}} Evidence by the numbers of papers: what a paper says, and of how
 *   much of the query, which is nothing where it says nothing
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
/** Steps of scores, by which the best are told from the others without putting all into their order. */
const STEPS = 1024;
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
 * @param {number} most so many of the best are wanted in their order; the others come behind them
 */
function ranked(concepts, adjacent, words, papers, most) {
  const lists = concepts.flatMap(({ words, synonyms }) => [...words, ...synonyms].map(({ postings }) => postings));
  const sums = noEvidence(lists);
  let whole = 0;
  for (const concept of concepts) {
    const { weight, said } = evidence(concept, papers);
    whole += weight;
    for (let number = 0; number < said.covered.length; number++) {
      sums.score[number] += said.score[number];
      sums.covered[number] += said.covered[number];
    }
  }
  for (const { postings, says, share } of cutWords(concepts, papers)) {
    const [strength, covered] = [says * share * postings.rest.strength, says * share];
    let at = 0;
    for (let number = 0; number < sums.covered.length; number++) {
      while (postings.papers[at] < number) at += 1;
      if (!sums.covered[number] || postings.papers[at] === number) continue;
      sums.score[number] += strength;
      sums.covered[number] += covered;
    }
  }
  for (const pair of adjacent) {
    for (const [number, score] of saidTogether(pair, papers).said) sums.score[number] += score;
  }
  /** @type {Map<number, number>} few shares occur, and powers take time */
  const factors = new Map();
  /** @type {[number, number][]} */
  const scores = [];
  for (let number = 0; number < sums.covered.length; number++) {
    const covered = sums.covered[number];
    if (!covered) continue;
    const factor = factors.get(covered) ?? coverage(covered / whole, words);
    factors.set(covered, factor);
    scores.push([number, sums.score[number] * factor]);
  }
  return byScore(scores, most);
}

/**
 * Words whose lists were cut. What was cut off is not known of any paper, so each that is not in the list, and was found by
 * another word, gets what it would on the average.
 *
 * @param {Concept[]} concepts
 * @param {number} papers
 * @returns {{typed: string, postings: Postings, says: number, share: number}[]} `share` of the papers that are not in the
 *   list have the word
 */
function cutWords(concepts, papers) {
  const words = concepts.flatMap(({ words }) => words).filter(({ postings }) => postings.rest.papers);
  return words.map(({ typed, postings, count }) => ({
    typed,
    postings,
    says: inverseDocumentFrequency(postings.size, papers) * repeated(count),
    share: Math.min(1, postings.rest.papers / (papers - postings.papers.length)),
  }));
}

/** Room for what papers say that are in some lists. @param {Postings[]} lists @returns {Evidence} */
function noEvidence(lists) {
  const length = lists.reduce((most, { papers }) => Math.max(most, 1 + (papers.at(-1) ?? -1)), 0);
  return { score: new Float64Array(length), covered: new Float64Array(length) };
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
  const said = noEvidence([...words, ...synonyms].map(({ postings }) => postings));
  const instead = words.every(({ postings }) => postings.size) ? 0 : merged(synonyms.map(({ postings }) => postings)).size;
  let weight = 0;
  for (const { postings, count } of words) {
    const having = postings.size || instead;
    if (!having) continue;
    const says = inverseDocumentFrequency(having, papers) * repeated(count);
    weight += says;
    postings.papers.forEach((number, at) => {
      said.score[number] += says * postings.strengths[at];
      said.covered[number] += says;
    });
  }
  for (const { postings } of synonyms) {
    postings.papers.forEach((number, at) => {
      said.score[number] = Math.max(said.score[number], SYNONYM * weight * postings.strengths[at]);
      said.covered[number] = weight;
    });
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
    Math.min(one.postings.get(number), two.postings.get(number));
  return { weight, said: [...having].map((number) => [number, weight * least(number)]) };
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
 * @param {number} most so many of the best are wanted in their order
 */
function passedOn(scores, related, most) {
  /** @type {Map<number, number[]>} */
  const parts = new Map();
  related.forEach((others, n) => {
    const part = GIVEN * scores[n][1];
    others.forEach((other, rank) => parts.set(other, [...(parts.get(other) ?? []), part / (rank + 2)]));
  });
  for (const row of scores) {
    for (const part of parts.get(row[0]) ?? []) row[1] += part;
    parts.delete(row[0]);
  }
  for (const [number, received] of parts) scores.push([number, received.reduce((sum, part) => sum + part)]);
  return byScore(scores, most);
}

/**
 * The best first, the older before the younger where scores are equal; behind as many as are wanted the others.
 *
 * @param {[number, number][]} scores
 * @param {number} most
 */
function byScore(scores, most) {
  let top = 0;
  for (const [, score] of scores) top = Math.max(top, score);
  const step = (/** @type {number} */ score) => Math.floor((STEPS * score) / top);
  const counts = new Int32Array(STEPS + 1);
  for (const [, score] of scores) counts[step(score)] += 1;
  let least = STEPS;
  for (let count = counts[least]; count < most && least > 0; count += counts[least]) least -= 1;
  /** @type {[number, number][]} */
  const best = [];
  /** @type {[number, number][]} */
  const others = [];
  for (const row of scores) (step(row[1]) < least ? others : best).push(row);
  return best.sort(([m, a], [n, b]) => b - a || m - n).concat(others);
}

/**
 * Terms that stand for one word count as one term: a paper's frequency is the highest of them.
 *
 * @param {Postings[]} lists
 */
function merged(lists) {
  return lists.length ? lists.reduce(inEither) : NOWHERE;
}

/**
 * The papers that have one of two terms, or both.
 *
 * @param {Postings} one
 * @param {Postings} two
 */
function inEither(one, two) {
  const [ones, twos] = [one.papers.length, two.papers.length];
  const papers = new Int32Array(ones + twos);
  const strengths = new Float64Array(ones + twos);
  let [i, j, count] = [0, 0, 0];
  while (i < ones || j < twos) {
    const [m, n] = [one.papers[i] ?? Infinity, two.papers[j] ?? Infinity];
    papers[count] = Math.min(m, n);
    strengths[count++] = Math.max(m <= n ? one.strengths[i] : 0, n <= m ? two.strengths[j] : 0);
    if (m <= n) i += 1;
    if (n <= m) j += 1;
  }
  const rest = one.rest.papers < two.rest.papers ? two.rest : one.rest;
  return new Postings(papers.slice(0, count), strengths.slice(0, count), rest);
}

/**
 * The papers that have all of several terms: they have what these spell together at most as often as the rarest of them.
 *
 * @param {Postings[]} lists
 */
function inAll(lists) {
  const [fewest, ...others] = lists.toSorted((a, b) => a.papers.length - b.papers.length);
  const least = fewest.strengths.map((strength, n) => Math.min(strength, ...others.map((list) => list.get(fewest.papers[n]))));
  const there = (/** @type {unknown} */ _, /** @type {number} */ n) => least[n] > 0;
  return new Postings(fewest.papers.filter(there), least.filter(Boolean));
}
