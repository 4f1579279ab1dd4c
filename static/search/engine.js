"use strict";

/**
 * The search engine, without the page. It takes a query's words apart (terms.js), finds what each stands for
 * (spelling.js, synonyms.js) in the files of the index (files.js), and has the papers ranked (ranking.js).
 *
 * @typedef {{typed: string, forms: Map<string, Postings>, postings: Postings, repaired: string}} Clause
 *   one word of the query: the terms it stands for, their postings merged, and the word it was taken for, if another
 * @typedef {{words: Clause[], synonyms: Synonym[]}} Concept
 *   words of the query that are meant together, and what else is said for them: most often one word and nothing
 * @typedef {{limit?: number, prefix?: boolean}} Options
 *   how many results at most; whether the last word is unfinished
 * @typedef {{number: number, slug: string, title: string, score: number, matched: string[]}} Result
 *   a paper, its score, and the terms of the query that it has
 * @typedef {{results: Result[], total: number, unknown: string[], repaired: {typed: string, word: string}[],
 *   also: string[]}} Answer
 *   the best papers, how many there are in all, words that are in no paper, words that were taken for others, and
 *   synonyms that were searched for as well
 */

/** Characters of a query that are read. */
const LONGEST = 10_000;

/**
 * An engine over one index.
 *
 * @param {{load: (path: string) => Promise<any>}} index `load` reads a JSON file by its path from the site's root
 */
function createEngine({ load }) {
  const index = openIndex(load);
  const { completions, nearest } = spellingOver(index);
  const { withSynonyms } = synonymsOver(index);

  /**
   * What one word of the query stands for.
   *
   * @param {Token} token
   * @param {boolean} unfinished whether it is still being typed
   * @param {boolean} understood whether it has synonyms in papers, and so is no typing error
   * @returns {Promise<Clause>}
   */
  async function clause({ word, term }, unfinished, understood) {
    const exact = await index.postings(term);
    const found = exact.size ? [term] : [];
    if (unfinished) found.push(...(await completions(word)));
    let repaired = "";
    if (!found.length && !understood) {
      repaired = await nearest(word);
      if (repaired) found.push(terms.term(repaired));
    }
    const lists = await Promise.all(found.map(index.postings));
    const forms = new Map(found.map((form, n) => [form, lists[n]]));
    return { typed: word, forms, postings: merged([...forms.values()]), repaired };
  }

  /**
   * Rank papers for a query; once more from the beginning where files are gone because the site was built anew.
   *
   * @param {string} query
   * @param {Options} [options]
   */
  async function search(query, options = {}) {
    try {
      return await answer(query, options);
    } catch (error) {
      if (await index.renewed()) return answer(query, options);
      throw error;
    }
  }

  /**
   * @param {string} query
   * @param {Options} options
   * @returns {Promise<Answer>}
   */
  async function answer(query, { limit = 10, prefix = false }) {
    const typed = query.normalize("NFC").slice(0, LONGEST);
    const words = searched(typed);
    const distinct = words.filter((token, n) => words.findLastIndex(({ term }) => term === token.term) === n);
    const concepts = await understood(distinct, prefix ? typed.length : -1);
    const { papers } = await index.manifest();
    const scores = ranked(concepts, distinct.length, papers);
    const clauses = concepts.flatMap(({ words }) => words);
    const lost = concepts.filter(({ synonyms }) => !synonyms.length).flatMap(({ words }) => words);
    return {
      results: await Promise.all(scores.slice(0, limit).map(([number, score]) => result(number, score, concepts))),
      total: scores.length,
      unknown: lost.filter(({ postings }) => !postings.size).map(({ typed }) => typed),
      repaired: clauses.filter(({ repaired }) => repaired).map(({ typed, repaired }) => ({ typed, word: repaired })),
      also: concepts.flatMap(({ synonyms }) => synonyms.map(({ text }) => text)),
    };
  }

  /**
   * What the words of a query stand for, those that are a form of a group together.
   *
   * @param {Token[]} tokens
   * @param {number} typing where the word ends that is still being typed
   * @returns {Promise<Concept[]>}
   */
  async function understood(tokens, typing) {
    const found = await withSynonyms(tokens);
    const runOf = tokens.map((_, n) => found.find(({ start, end }) => start <= n && n < end));
    const clauses = await Promise.all(tokens.map((token, n) => clause(token, token.end === typing, Boolean(runOf[n]))));
    return clauses.flatMap((single, n) => {
      const run = runOf[n];
      if (!run) return [{ words: [single], synonyms: [] }];
      return run.start === n ? [{ words: clauses.slice(n, run.end), synonyms: run.synonyms }] : [];
    });
  }

  /**
   * @param {number} number
   * @param {number} score
   * @param {Concept[]} concepts
   * @returns {Promise<Result>}
   */
  async function result(number, score, concepts) {
    const [title, slug] = await index.paper(number);
    const matched = concepts.flatMap(({ words, synonyms }) => [
      ...words.flatMap(({ forms }) => [...forms.keys()].filter((form) => forms.get(form)?.has(number))),
      ...synonyms.filter(({ postings }) => postings.has(number)).flatMap(({ terms }) => terms),
    ]);
    return { number, slug, title, score, matched: [...new Set(matched)] };
  }

  return Object.freeze({ search });
}

/**
 * The words of a text that are searched for.
 *
 * @param {string} text
 */
function searched(text) {
  return terms.tokens(text).filter((token) => token.term);
}

/**
 * Cut a text where words begin and end whose terms matched.
 *
 * @param {string} text
 * @param {string[]} matched
 * @returns {{text: string, hit: boolean}[]}
 */
function highlighted(text, matched) {
  const pieces = [];
  let end = 0;
  for (const token of terms.tokens(text)) {
    if (!matched.includes(token.term)) continue;
    pieces.push({ text: text.slice(end, token.start), hit: false });
    pieces.push({ text: text.slice(token.start, token.end), hit: true });
    end = token.end;
  }
  pieces.push({ text: text.slice(end), hit: false });
  return pieces.filter((piece) => piece.text);
}
