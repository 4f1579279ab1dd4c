"use strict";

/** What a word stands for that is not a word of the catalogue as it was typed: unfinished or misspelt. */

/** As many words as complete the one that is being typed; more cost bytes and say less. */
const COMPLETIONS = 6;

/**
 * The catalogue's words around a typed one.
 *
 * @param {Pick<Index, "wordsWith">} index `wordsWith` gives the words that begin with two letters, the commonest first
 */
function spellingOver({ wordsWith }) {
  /**
   * The terms of the commonest words that begin as the given one does.
   *
   * @param {string} beginning
   */
  async function completions(beginning) {
    const letters = [...beginning];
    if (letters.length < PREFIX) return [];
    const words = await wordsWith(letters.slice(0, PREFIX).join(""));
    const found = new Set(words.filter((word) => word.startsWith(beginning)).map(terms.term));
    return [...found].slice(0, COMPLETIONS);
  }

  /**
   * The word of the catalogue that is nearest to one it does not have, or "" where none is near.
   *
   * @param {string} word
   */
  async function nearest(word) {
    const allowed = editsAllowed(word);
    if (!allowed) return "";
    const lists = await Promise.all(beginnings(word).map(wordsWith));
    let best = { word: "", edits: allowed + 1 };
    for (const candidate of lists.flat()) {
      const edits = distance(word, candidate, best.edits);
      if (edits < best.edits) best = { word: candidate, edits };
    }
    return best.word;
  }

  return Object.freeze({ completions, nearest });
}

/**
 * How many typing errors a word may have: none below four letters, where every word is near another.
 *
 * @param {string} word
 */
function editsAllowed(word) {
  if (/\p{N}/u.test(word) || word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

/**
 * The pairs of letters with which the word may begin that was meant: as typed, the two swapped, the first or the second
 * typed in excess.
 *
 * @param {string} word
 */
function beginnings(word) {
  const [a, b, c] = [...word];
  return [...new Set([`${a}${b}`, `${b}${a}`, `${b}${c}`, `${a}${c}`])];
}

/**
 * Optimal string alignment distance: the insertions, deletions, substitutions and swaps of neighbours that turn one
 * word into another (L. Boytsov, "Indexing methods for approximate dictionary searching", 2011, section 2.2), or `limit`
 * once it cannot be less.
 *
 * @param {string} a
 * @param {string} b
 * @param {number} limit
 */
function distance(a, b, limit) {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before = /** @type {number[]} */ ([]);
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) >= limit) return limit;
    [before, above] = [above, row];
  }
  return Math.min(above[b.length], limit);
}
