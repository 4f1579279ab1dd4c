"use strict";

/**
 * Whole texts as queries: the words of one that say most, and the papers that a list of references names.
 *
 * @typedef {{word: string, term: string, count: number}} Counted a word of a text and how often its term is there
 * @typedef {{line: string, number: number, slug: string, title: string}} Reference a line and the paper that it names
 */

/** Words of a text that are read, words that are searched for, lines that are compared with titles. */
const NEAR = { read: 2000, words: 25, lines: 60 };
/** A line with more words is no reference. */
const REFERENCE = 60;
/** Words of a line by which titles are looked for, and titles that are compared with it. */
const LINE = { words: 12, titles: 5 };
/** Words of a title by which it can be told within a line. */
const TITLE = 4;
/** The least share of a title's words that a line has where they do not stand side by side, and the fewest words. */
const ALIKE = { share: 0.85, words: 5 };

/**
 * @param {Index} index
 * @param {ReturnType<typeof facetsOver>} facets
 */
function nearOver(index, facets) {
  /** How rare each common term is; a term that is not there is rarer. @returns {Promise<Map<string, number>>} */
  async function common() {
    /** @type {string[]} */
    const classes = await index.file("facets/frequent/0");
    return new Map(classes.flatMap((found, n) => found.split(" ").map((term) => [term, n])));
  }

  /**
   * The words of a text that say most: often here, and rare elsewhere. How rare is estimated, so that few files are
   * fetched; words that no paper here has are left out.
   *
   * @param {string} text
   * @returns {Promise<Counted[]>}
   */
  async function telling(text) {
    const classes = await common();
    const rarest = Math.max(0, ...classes.values()) + 1;
    /** @type {Map<string, Counted>} */
    const counted = new Map();
    for (const { word, term } of searched(text.normalize("NFC")).slice(0, NEAR.read)) {
      const known = counted.get(term) ?? { word, term, count: 0 };
      counted.set(term, { ...known, count: known.count + 1 });
    }
    const weighed = [...counted.values()].map((found) => ({
      ...found,
      weight: damped(found.count) * ((classes.get(found.term) ?? rarest) + 0.5),
    }));
    weighed.sort((a, b) => b.weight - a.weight);
    const best = weighed.slice(0, 2 * NEAR.words);
    const lists = await Promise.all(best.map(({ term }) => index.postings(term)));
    const here = best.filter((_, n) => lists[n].size);
    return here.slice(0, NEAR.words).map(({ word, term, count }) => ({ word, term, count }));
  }

  /**
   * Papers by how much they say of what a text says, the best first.
   *
   * @param {Counted[]} words
   * @returns {Promise<{scores: Scored[], matched: (number: number) => string[], weights: Map<string, number>,
   *   parts: (number: number) => Part[]}>}
   */
  async function nearest(words) {
    const { papers } = await index.manifest();
    const lists = await Promise.all(words.map(({ term }) => index.postings(term)));
    /** @type {Map<number, number>} */
    const sums = new Map();
    /** @type {Map<string, number>} */
    const weights = new Map();
    words.forEach(({ term, count }, n) => {
      const weight = damped(count) * inverseDocumentFrequency(lists[n].size, papers);
      weights.set(term, weight);
      const { strengths } = lists[n];
      lists[n].papers.forEach((number, at) => sums.set(number, (sums.get(number) ?? 0) + weight * strengths[at]));
    });
    const scores = [...sums].sort(([m, a], [n, b]) => b - a || m - n);
    const matched = (/** @type {number} */ number) => words.flatMap(({ term }, n) => (lists[n].has(number) ? term : []));
    /** @param {number} number */
    const parts = (number) =>
      words.flatMap(({ word, term }, n) => {
        const weight = weights.get(term) ?? 0;
        const score = weight * lists[n].get(number);
        return score ? { text: word, weight, score, kind: "" } : [];
      });
    return { scores, matched, weights, parts };
  }

  /**
   * The papers that lines of a text name, each once.
   *
   * @param {string} text
   * @returns {Promise<{lines: number, found: Reference[]}>} how many lines may be references, and those that are here
   */
  async function references(text) {
    const lines = referencesOf(text).slice(0, NEAR.lines);
    const classes = lines.length ? await common() : new Map();
    const named = await Promise.all(lines.map((line) => paperOf(line, classes)));
    const found = named.filter((reference) => reference !== undefined);
    return { lines: lines.length, found: [...new Map(found.map((one) => [one.number, one])).values()] };
  }

  /**
   * @param {string} line
   * @param {Map<string, number>} classes
   * @returns {Promise<Reference | undefined>}
   */
  async function paperOf(line, classes) {
    const ids = line.split(/\s+/u).flatMap((word) => idIn(word) ?? []);
    const known = await Promise.all(ids.map((id) => facets.papersOf("id", id)));
    for (const number of known.flatMap((papers) => [...papers])) {
      const [title, slug] = await index.paper(number);
      return { line, number, slug, title };
    }
    const rarity = (/** @type {string} */ term) => classes.get(term) ?? Infinity;
    const words = [...new Set(searched(line).map(({ term }) => term))].sort((a, b) => rarity(b) - rarity(a) || 0);
    const lists = await Promise.all(words.slice(0, LINE.words).map((term) => facets.titled(term)));
    /** @type {Map<number, number>} */
    const votes = new Map();
    for (const number of lists.flat()) votes.set(number, (votes.get(number) ?? 0) + 1);
    const candidates = [...votes].sort(([, a], [, b]) => b - a).slice(0, LINE.titles);
    const papers = await Promise.all(
      candidates.map(async ([number]) => {
        const [title, slug] = await index.paper(number);
        return { line, number, slug, title };
      }),
    );
    const fitting = papers.filter(({ title }) => names(line, title));
    return fitting.sort((a, b) => b.title.length - a.title.length)[0];
  }

  return Object.freeze({ telling, nearest, references });
}

/** How much a word counts that is there so many times. @param {number} count */
function damped(count) {
  return 1 + Math.log(count);
}

/**
 * The lines of a text that may be references. Where lines begin with numbers or dots, the others belong to those above.
 *
 * @param {string} text
 */
function referencesOf(text) {
  const lines = text.split(/\n+/u).map((line) => line.trim());
  const marked = lines.filter((line) => /^(?:\[\w+\]|\d+[.)]|[-*•–])\s/u.test(line));
  const wrapped = marked.length > 1;
  /** @type {string[]} */
  const joined = [];
  for (const line of lines) {
    if (wrapped && joined.length && !marked.includes(line)) joined.push(`${joined.pop()} ${line}`);
    else joined.push(line);
  }
  const count = (/** @type {string} */ line) => terms.tokens(line).length;
  return joined.filter((line) => count(line) <= REFERENCE && searched(line).length >= 2);
}

/**
 * Tell whether a line names a paper: it has the title as it is, or nearly all words of a long one.
 *
 * @param {string} line
 * @param {string} title
 */
function names(line, title) {
  const [said, words] = [line, title].map((text) => new Set(searched(text).map(({ term }) => term)));
  if (hasPhrase(title, line)) return terms.tokens(title).length >= TITLE || said.size === words.size;
  const share = [...words].filter((term) => said.has(term)).length / words.size;
  return words.size >= ALIKE.words && share >= ALIKE.share;
}
