"use strict";

/**
 * Words of a query that have synonyms in papers.
 *
 * @typedef {{text: string, terms: string[]}} Form one of a group of synonyms, as it is written and its terms
 * @typedef {Form & {postings: Postings}} Synonym a form and the papers that have all its terms
 */

/** Stands before a term in the key of its groups of synonyms: no term begins so. */
const MARK = "=";

/**
 * The synonyms that an index knows.
 *
 * @param {Pick<Index, "entry" | "postings">} index
 */
function synonymsOver({ entry, postings }) {
  /**
   * The groups of synonyms of which a form begins with a term.
   *
   * @param {string} term
   * @returns {Promise<Form[][]>}
   */
  async function groups(term) {
    /** @type {string[][]} */
    const found = (await entry(term, MARK + term)) ?? [];
    return found.map((forms) => forms.map((text) => ({ text, terms: searched(text).map(({ term }) => term) })));
  }

  /**
   * The runs of the query's words that are forms of groups, each with the other forms that papers have. A form that the
   * query has elsewhere, or that an earlier run stands for as well, counts there.
   *
   * @param {Token[]} tokens
   */
  async function withSynonyms(tokens) {
    const typed = tokens.map(({ term }) => term);
    const counted = new Set();
    const found = [];
    for (const run of runs(typed, await Promise.all(typed.map(groups)))) {
      const outside = typed.filter((_, n) => n < run.start || n >= run.end);
      /** @type {Promise<Synonym>[]} */
      const others = [];
      for (const form of run.others) {
        const spelled = form.terms.join(" ");
        if (counted.has(spelled) || isWithin(form.terms, typed, outside)) continue;
        counted.add(spelled);
        others.push(synonym(form));
      }
      const synonyms = await Promise.all(others);
      found.push({ ...run, synonyms: synonyms.filter(({ postings }) => postings.size) });
    }
    return found.filter(({ synonyms }) => synonyms.length);
  }

  /**
   * @param {Form} form
   * @returns {Promise<Synonym>}
   */
  async function synonym(form) {
    return { ...form, postings: inAll(await Promise.all(form.terms.map(postings))) };
  }

  return Object.freeze({ withSynonyms });
}

/**
 * Where a query's terms are a form of a group, the longest from the left, none within another.
 *
 * @param {string[]} typed
 * @param {Form[][][]} groups for each term the groups of which a form begins with it
 * @returns {{start: number, end: number, others: Form[]}[]} the runs, each with the other forms of its groups
 */
function runs(typed, groups) {
  const found = [];
  let start = 0;
  while (start < typed.length) {
    const here = typed.slice(start);
    const begins = (/** @type {Form} */ { terms }) => terms.every((term, n) => term === here[n]);
    const longest = Math.max(0, ...groups[start].flat().filter(begins).map(({ terms }) => terms.length));
    const is = (/** @type {Form} */ form) => form.terms.length === longest && begins(form);
    const others = groups[start].filter((group) => group.some(is)).flatMap((group) => group.filter((form) => !is(form)));
    if (others.length) found.push({ start, end: start + longest, others });
    start += Math.max(1, longest);
  }
  return found;
}

/**
 * Tell whether words are all in the query and not all in one run of it.
 *
 * @param {string[]} form
 * @param {string[]} typed
 * @param {string[]} outside the query's terms outside the run
 */
function isWithin(form, typed, outside) {
  return form.every((term) => typed.includes(term)) && form.some((term) => outside.includes(term));
}
