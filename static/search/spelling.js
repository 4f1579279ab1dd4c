"use strict";

/**
 * What is meant by a word that is not in the catalogue as it was typed: misspelt, glued to the next, or cut.
 *
 * A misspelt word is repaired as by the noisy channel of Kernighan, Church and Gale ("A spelling correction program
 * based on a noisy channel model", COLING 1990): of the words that are near the likeliest is that for which the product
 * of two probabilities is highest, that of the word, and that of such an error. Here a word is likely that is in many
 * papers, and in many of those that have the query's other words. Logarithms are added up, in nats.
 *
 * @typedef {{typed: string, word: string, start: number, end: number}} Repair
 *   what was typed, the word or words that it was taken for, and its place in the query
 * @typedef {{words: string[], told: string, known: string[], error: number, papers: number}} Reading
 *   what may have been meant: one word, two, or the beginning of one; how it is told; words of the catalogue that it
 *   stands for; how unlikely the typing error is; and about how many papers have it
 */

/** As many readings of a misspelt word are compared by their papers, which costs up to a request each. */
const COMPARED = 4;
/** How unlikely an error is of which there is one kind at its place: two letters swapped, a letter or a blank left out. */
const ERROR = 4;
/** How unlikely it is with a wrong letter of which there are about five: from a key beside, or the letter before again. */
const NEAR_LETTER = ERROR + Math.log(5);
/** How unlikely it is with any other wrong letter. */
const ANY_LETTER = ERROR + Math.log(26);
/** How much more unlikely it is in the first letter of a word. */
const FIRST_LETTER = 1;
/** Letters of a word that may be one of two without a blank between. */
const SHORTEST_PART = 3;
const KEYBOARD = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/**
 * The catalogue's words around typed ones.
 *
 * @param {Pick<Index, "manifest" | "postings" | "wordsBeginning" | "wordsEnding">} index
 * @param {ReturnType<typeof completionOver>["isKnown"]} isKnown
 */
function spellingOver(index, isKnown) {
  /**
   * The words of a query as they were meant, of which the catalogue does not have some: these are replaced by the
   * likeliest of what is near, if anything is.
   *
   * @param {Token[]} tokens
   * @param {boolean[]} had which of them the catalogue has
   * @param {number} typing where the word ends that is still being typed
   * @param {() => Promise<Token[]>} synonymous tells which of the words have synonyms in papers, and are no errors
   * @returns {Promise<{meant: Token[], repaired: Repair[]}>}
   */
  async function corrected(tokens, had, typing, synonymous) {
    const excused = await synonymous();
    const unknown = tokens.filter((token, n) => !had[n] && !excused.includes(token));
    const others = await Promise.all(tokens.filter((_, n) => had[n]).map(({ term }) => index.postings(term)));
    const company = others.filter(({ size }) => size);
    const meant = [];
    const repaired = [];
    for (let n = 0; n < tokens.length; n++) {
      const [token, next] = tokens.slice(n, n + 2);
      const isUnknown = unknown.includes(token);
      if (next && (isUnknown || unknown.includes(next)) && (await isOneWord(token, next))) {
        const word = token.word + next.word;
        meant.push(instead(next, word));
        repaired.push({ typed: `${token.word} ${next.word}`, word, start: token.start, end: next.end });
        n += 1;
      } else {
        const reading = isUnknown && (await likeliest(token.word, token.end === typing, company));
        meant.push(...(reading ? reading.words.map((word) => instead(token, word)) : [token]));
        if (reading) repaired.push({ typed: token.word, word: reading.told, start: token.start, end: token.end });
      }
    }
    return { meant, repaired };
  }

  /**
   * Tell whether two neighbours are one word of the catalogue: "key point" where papers say "keypoint".
   *
   * @param {Token} token
   * @param {Token} next
   */
  async function isOneWord(token, next) {
    return next.start === token.end + 1 && isKnown(instead(next, token.word + next.word), false);
  }

  /**
   * What was most likely meant by a word that the catalogue does not have.
   *
   * @param {string} typed
   * @param {boolean} unfinished
   * @param {Postings[]} company the papers of the other words of the query
   * @returns {Promise<Reading | undefined>}
   */
  async function likeliest(typed, unfinished, company) {
    if (!isRepairable(typed)) return undefined;
    const { papers } = await index.manifest();
    const near = await readings(typed, unfinished);
    const alone = distinct(inOrder(near, (reading) => Math.log(reading.papers / papers) - reading.error));
    const few = alone.slice(0, COMPARED);
    if (few.length < 2) return few[0];
    /** @type {Map<Reading, number>} */
    const likelihoods = new Map();
    for (const reading of few) {
      const lists = await Promise.all(reading.known.map((word) => index.postings(terms.term(word))));
      likelihoods.set(reading, Math.log(probability(inAll(lists), company, papers)) - reading.error);
    }
    return inOrder(few, (reading) => likelihoods.get(reading) ?? -Infinity)[0];
  }

  /**
   * What may have been meant by a word: among the words that begin or end with its letters, for few errors spoil both
   * ends; where nothing is near, among those whose ends these may have been before the error.
   *
   * @param {string} typed
   * @param {boolean} unfinished
   */
  async function readings(typed, unfinished) {
    const [beginning, ...otherBeginnings] = pairs(typed);
    const [ending, ...otherEndings] = pairs(backwards(typed)).map(backwards);
    const near = await readingsAmong(typed, unfinished, [beginning], [ending]);
    return near.length ? near : readingsAmong(typed, unfinished, otherBeginnings, otherEndings);
  }

  /**
   * @param {string} typed
   * @param {boolean} unfinished
   * @param {string[]} beginnings
   * @param {string[]} endings
   * @returns {Promise<Reading[]>}
   */
  async function readingsAmong(typed, unfinished, beginnings, endings) {
    const [beginning, ending] = await Promise.all([
      Promise.all(beginnings.map(index.wordsBeginning)),
      Promise.all(endings.map(index.wordsEnding)),
    ]);
    const read = unfinished ? asBeginning : asWord;
    return [
      ...[...beginning.flat(), ...ending.flat()].flatMap((entry) => read(typed, entry)),
      ...asTwoWords(typed, beginning.flat(), ending.flat()),
    ];
  }

  return Object.freeze({ corrected });
}

/**
 * A word of the query replaced by another.
 *
 * @param {Token} token
 * @param {string} word
 */
function instead(token, word) {
  return { ...token, word, term: terms.term(word) };
}

/**
 * A typed word read as one of the catalogue, if that is near.
 *
 * @param {string} typed
 * @param {Entry} entry
 * @returns {Reading[]}
 */
function asWord(typed, { word, papers }) {
  if (!isNear(typed, word)) return [];
  return [{ words: [word], told: word, known: [word], error: unlikelihood(typed, word), papers }];
}

/**
 * An unfinished word read as a word of the catalogue, or else as the beginning of one.
 *
 * @param {string} typed
 * @param {Entry} entry
 * @returns {Reading[]}
 */
function asBeginning(typed, { word, papers }) {
  const whole = asWord(typed, { word, papers });
  if (whole.length) return whole;
  const lengths = [typed.length, typed.length + 1, typed.length - 1].filter((length) => length < word.length);
  const near = lengths.map((length) => word.slice(0, length)).filter((beginning) => isNear(typed, beginning));
  const [nearest] = inOrder(near, (beginning) => -unlikelihood(typed, beginning));
  if (!nearest) return [];
  return [{ words: [nearest], told: `${nearest}…`, known: [word], error: unlikelihood(typed, nearest), papers }];
}

/**
 * A typed word read as two without the blank between: "tokenpruning". The first is among those that begin with the same
 * letters, and the second among those that end so.
 *
 * @param {string} typed
 * @param {Entry[]} beginning
 * @param {Entry[]} ending
 * @returns {Reading[]}
 */
function asTwoWords(typed, beginning, ending) {
  const isPart = (/** @type {Entry} */ { word }) => word.length >= SHORTEST_PART && terms.term(word);
  const firsts = beginning.filter((entry) => typed.startsWith(entry.word) && isPart(entry));
  const seconds = new Map(ending.filter(isPart).map((entry) => [entry.word, entry]));
  return firsts.flatMap((first) => {
    const second = seconds.get(typed.slice(first.word.length));
    if (!second) return [];
    const words = [first.word, second.word];
    return [{ words, told: words.join(" "), known: words, error: ERROR, papers: Math.min(first.papers, second.papers) }];
  });
}

/**
 * Of readings with the same terms the first.
 *
 * @param {Reading[]} readings
 */
function distinct(readings) {
  /** @type {Map<string, Reading>} */
  const found = new Map();
  for (const reading of readings) {
    const searched = reading.words.map(terms.term).join(" ");
    if (!found.has(searched)) found.set(searched, reading);
  }
  return [...found.values()];
}

/**
 * Things by their worth, the most first, as they were where it is equal.
 *
 * @template Thing
 * @param {Thing[]} things
 * @param {(thing: Thing) => number} worth
 */
function inOrder(things, worth) {
  return things
    .map((thing) => ({ thing, worth: worth(thing) }))
    .sort((a, b) => b.worth - a.worth)
    .map(({ thing }) => thing);
}

/**
 * How probable a word is in a query: the mean of the share of all papers that have it, and of its shares of the papers
 * that have the query's other words. The rarer of these say more.
 *
 * @param {Postings} list
 * @param {Postings[]} company
 * @param {number} papers
 */
function probability(list, company, papers) {
  const alone = list.size / papers;
  let weight = 0;
  let together = 0;
  for (const other of company) {
    const idf = inverseDocumentFrequency(other.size, papers);
    weight += idf;
    together += (idf * inAll([list, other]).size) / other.size;
  }
  return weight ? (alone + together / weight) / 2 : alone;
}

/** Tell whether a word may have errors: short words are all near others, and digits are meant. @param {string} word */
function isRepairable(word) {
  return editsAllowed(word.length) > 0 && !/\p{N}/u.test(word);
}

/**
 * How many errors a word of so many letters may have.
 *
 * @param {number} letters
 */
function editsAllowed(letters) {
  if (letters < 4) return 0;
  return letters < 8 ? 1 : 2;
}

/**
 * Tell whether what was typed may be a word; both count, for errors make words shorter and longer.
 *
 * @param {string} typed
 * @param {string} word
 */
function isNear(typed, word) {
  const allowed = editsAllowed(Math.max(typed.length, word.length));
  return distance(typed, word, allowed + 1) <= allowed;
}

/**
 * The two letters with which a word may begin that was meant: as typed, the two swapped, the first or the second typed
 * in excess.
 *
 * @param {string} word
 */
function pairs(word) {
  const [a, b, c] = [...word];
  return [...new Set([`${a}${b}`, `${b}${a}`, `${b}${c}`, `${a}${c}`])];
}

/** A word from its end to its beginning. @param {string} word */
function backwards(word) {
  return [...word].reverse().join("");
}

/**
 * How unlikely it is that a word is typed so.
 *
 * @param {string} typed
 * @param {string} word
 */
function unlikelihood(typed, word) {
  const edits = distance(typed, word, 3);
  if (!edits) return 0;
  return (edits === 1 ? unlikelihoodOfOne(typed, word) : edits * ANY_LETTER) + (typed[0] === word[0] ? 0 : FIRST_LETTER);
}

/**
 * How unlikely the one error between two words is.
 *
 * @param {string} typed
 * @param {string} word
 */
function unlikelihoodOfOne(typed, word) {
  if (typed.length < word.length) return ERROR;
  let at = 0;
  while (typed[at] === word[at]) at += 1;
  if (typed.length > word.length) return typed[at] === typed[at - 1] ? NEAR_LETTER : ANY_LETTER;
  if (typed[at] === word[at + 1] && typed[at + 1] === word[at]) return ERROR;
  const isBeside = [typed[at] + word[at], word[at] + typed[at]].some((keys) => KEYBOARD.some((row) => row.includes(keys)));
  return isBeside ? NEAR_LETTER : ANY_LETTER;
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
