"use strict";

/**
 * Neighbouring words of a query, and the papers in which they are neighbours as well.
 *
 * @typedef {{words: [Clause, Clause], papers: Set<number>}} Adjacent
 */

/**
 * The pairs of terms that an index knows.
 *
 * @param {Pick<Index, "pairs" | "postings">} index
 */
function adjacencyOver({ pairs: pairsOf, postings }) {
  /**
   * The papers in which two terms stand side by side, in this order; none where they do in too few.
   *
   * @param {string} one
   * @param {string} two
   */
  async function sideBySide(one, two) {
    const pairs = await pairsOf(one);
    if (!Object.hasOwn(pairs, two)) return [];
    const { papers } = await postings(one);
    return places(pairs[two]).map((place) => papers[place]);
  }

  /**
   * Return what tells in how many papers a term stands right behind another; none where it does in too few.
   *
   * @param {string} one
   * @returns {Promise<(two: string) => number>}
   */
  async function following(one) {
    const pairs = await pairsOf(one);
    return (two) => (Object.hasOwn(pairs, two) ? places(pairs[two]).length : 0);
  }

  /**
   * Each two words that stand side by side in a query, each pair once, where papers have them so.
   *
   * @param {Clause[]} words the words of the query in their order
   * @returns {Promise<Adjacent[]>}
   */
  async function adjacent(words) {
    /** @type {Map<Clause, Set<Clause>>} */
    const following = new Map();
    words.slice(1).forEach((word, n) => {
      if (word !== words[n]) following.set(words[n], (following.get(words[n]) ?? new Set()).add(word));
    });
    const found = [...following].flatMap(([one, others]) => [...others].map((two) => together(one, two)));
    return (await Promise.all(found)).filter(({ papers }) => papers.size);
  }

  /**
   * @param {Clause} one
   * @param {Clause} two
   * @returns {Promise<Adjacent>}
   */
  async function together(one, two) {
    const pairs = [...one.forms.keys()].flatMap((first) => [...two.forms.keys()].map((second) => sideBySide(first, second)));
    return { words: [one, two], papers: new Set((await Promise.all(pairs)).flat()) };
  }

  return Object.freeze({ adjacent, following });
}

/**
 * Read places in a posting list: for each how many are passed over since the last, in decimal the quotient by 26 or
 * nothing for 0, and a letter for the remainder.
 *
 * @param {string} code
 */
function places(code) {
  const found = [];
  let place = -1;
  for (const [, quotient, remainder] of code.matchAll(/(\d*)([a-z])/gu)) {
    place += 26 * Number(quotient) + remainder.charCodeAt(0) - 97 + 1;
    found.push(place);
  }
  return found;
}
