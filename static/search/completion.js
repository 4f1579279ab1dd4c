"use strict";

/** Words of the catalogue by how they begin. */

/** As many words as complete the one that is being typed; more cost bytes and say less. */
const COMPLETIONS = 6;

/**
 * The catalogue's words around the one that is being typed.
 *
 * @param {Pick<Index, "entry" | "wordsLike">} index
 */
function completionOver(index) {
  /**
   * The terms of the commonest words that begin as the given one does.
   *
   * @param {string} beginning
   */
  async function completions(beginning) {
    if ([...beginning].length < PREFIX) return [];
    const found = new Set((await index.wordsLike(beginning)).map(({ word }) => terms.term(word)));
    return [...found].slice(0, COMPLETIONS);
  }

  /**
   * Tell whether a paper has a word, or one that begins so where it is unfinished.
   *
   * @param {Token} token
   * @param {boolean} unfinished
   */
  async function isKnown({ word, term }, unfinished) {
    if ((await index.entry(term, term)) !== undefined) return true;
    return unfinished && (await completions(word)).length > 0;
  }

  return Object.freeze({ completions, isKnown });
}
