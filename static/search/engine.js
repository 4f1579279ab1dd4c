"use strict";

/**
 * The search engine, without the page: it asks for files of the index and ranks papers. docs/search.md tells what is in
 * the files; `terms` (terms.js) tells what a term is.
 *
 * @typedef {{format: number, papers: number, terms: number, words: number, block: number, levels: number}} Manifest
 * @typedef {Map<number, number>} Postings how strongly a term speaks in a paper, between 0 and 1, by the paper's number
 * @typedef {{typed: string, forms: Map<string, Postings>, postings: Postings, repaired: string}} Clause
 *   one word of the query: the terms it stands for, their postings merged, and the word it was taken for, if another
 * @typedef {{number: number, slug: string, title: string, score: number, matched: string[]}} Result
 *   a paper, its score, and the terms of the query that it has
 * @typedef {{results: Result[], total: number, unknown: string[], repaired: {typed: string, word: string}[]}} Answer
 *   the best papers, how many there are in all, words that are in no paper, and words that were taken for others
 */

/**
 * An engine over one index.
 *
 * @param {{load: (path: string) => Promise<any>}} index `load` reads a JSON file by its path from the site's root
 */
function createEngine({ load }) {
  /** As many words as complete the one that is being typed; more cost bytes and say less. */
  const COMPLETIONS = 6;
  /** Letters by which the words of the lexicon are filed. */
  const PREFIX = 2;
  /** Characters of a query that are read. */
  const LONGEST = 10_000;

  /** @type {Map<string, Promise<any>>} */
  const loaded = new Map();

  /**
   * A file of the index, asked for once; a failure is not remembered.
   *
   * @param {string} name
   */
  function file(name) {
    let content = loaded.get(name);
    if (!content) {
      content = load(`search/${name}.json`);
      loaded.set(name, content);
      content.catch(() => loaded.delete(name));
    }
    return content;
  }

  /** @returns {Promise<Manifest>} */
  async function manifest() {
    const found = await file("manifest");
    if (found.format !== 1) throw new Error(`the index has format ${found.format}, this engine reads format 1`);
    return found;
  }

  /**
   * The postings of a term, empty where no paper has it.
   *
   * @param {string} term
   */
  async function postings(term) {
    const { terms: shards, levels } = await manifest();
    const shard = await file(`terms/${shardOf(term, shards)}`);
    return Object.hasOwn(shard, term) ? decoded(shard[term], levels) : new Map();
  }

  /**
   * The words of the catalogue that begin with two letters, the commonest first.
   *
   * @param {string} prefix
   * @returns {Promise<string[]>}
   */
  async function wordsWith(prefix) {
    const shard = await file(`words/${shardOf(prefix, (await manifest()).words)}`);
    /** @type {string[]} */
    const endings = Object.hasOwn(shard, prefix) ? shard[prefix].split(" ") : [];
    return endings.map((ending) => prefix + ending);
  }

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

  /**
   * What one word of the query stands for.
   *
   * @param {Token} token
   * @param {boolean} unfinished whether it is still being typed
   * @returns {Promise<Clause>}
   */
  async function clause({ word, term }, unfinished) {
    const exact = await postings(term);
    const found = exact.size ? [term] : [];
    if (unfinished) found.push(...(await completions(word)));
    let repaired = "";
    if (!found.length) {
      repaired = await nearest(word);
      if (repaired) found.push(terms.term(repaired));
    }
    const lists = await Promise.all(found.map(postings));
    const forms = new Map(found.map((form, n) => [form, lists[n]]));
    return { typed: word, forms, postings: merged([...forms.values()]), repaired };
  }

  /**
   * Rank papers for a query.
   *
   * @param {string} query
   * @param {{limit?: number, prefix?: boolean}} [options] how many results at most; whether the last word is unfinished
   * @returns {Promise<Answer>}
   */
  async function search(query, { limit = 10, prefix = false } = {}) {
    const typed = query.normalize("NFC").slice(0, LONGEST);
    const words = terms.tokens(typed).filter((token) => token.term);
    const distinct = words.filter((token, n) => words.findLastIndex(({ term }) => term === token.term) === n);
    const clauses = await Promise.all(distinct.map((token) => clause(token, prefix && token.end === typed.length)));
    const { papers } = await manifest();
    const scores = ranked(clauses, papers);
    return {
      results: await Promise.all(scores.slice(0, limit).map(([number, score]) => result(number, score, clauses))),
      total: scores.length,
      unknown: clauses.filter(({ postings }) => !postings.size).map(({ typed }) => typed),
      repaired: clauses.filter(({ repaired }) => repaired).map(({ typed, repaired }) => ({ typed, word: repaired })),
    };
  }

  /**
   * @param {number} number
   * @param {number} score
   * @param {Clause[]} clauses
   * @returns {Promise<Result>}
   */
  async function result(number, score, clauses) {
    const { block } = await manifest();
    const entry = (await file(`papers/${Math.floor(number / block)}`))[number % block];
    const [title, slug] = Array.isArray(entry) ? entry : [entry, expectedSlug(entry)];
    const matched = clauses.flatMap(({ forms }) => [...forms.keys()].filter((form) => forms.get(form)?.has(number)));
    return { number, slug, title, score, matched };
  }

  return Object.freeze({ search });
}

/**
 * Papers and their scores, the best first, the older before the younger where scores are equal. A score is the sum of
 * what each word of the query says, as in BM25 (Robertson and Zaragoza, "The probabilistic relevance framework", 2009):
 * inverse document frequency times saturated term frequency; the index holds the latter, ready and rounded. It is then
 * lowered by what the paper lacks of the query.
 *
 * @param {Clause[]} clauses
 * @param {number} papers how many papers the catalogue has
 */
function ranked(clauses, papers) {
  /** @type {Map<number, {score: number, covered: number}>} */
  const sums = new Map();
  let whole = 0;
  for (const { postings } of clauses) {
    if (!postings.size) continue;
    const idf = inverseDocumentFrequency(postings.size, papers);
    whole += idf;
    for (const [number, frequency] of postings) {
      const { score, covered } = sums.get(number) ?? { score: 0, covered: 0 };
      sums.set(number, { score: score + idf * frequency, covered: covered + idf });
    }
  }
  /** @type {[number, number][]} */
  const scores = [...sums].map(([number, { score, covered }]) => [
    number,
    score * coverage(covered / whole, clauses.length),
  ]);
  return scores.sort(([m, a], [n, b]) => b - a || m - n);
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
 * Read a posting list: for each paper how many papers were passed over, in decimal or nothing for none, and a letter
 * for the saturated frequency, which lies in the middle of its level.
 *
 * @param {string} code
 * @param {number} levels
 * @returns {Postings}
 */
function decoded(code, levels) {
  const list = new Map();
  let number = -1;
  let gap = 0;
  for (let at = 0; at < code.length; at++) {
    const character = code.charCodeAt(at);
    if (character < 97) {
      gap = 10 * gap + character - 48;
    } else {
      number += gap + 1;
      gap = 0;
      list.set(number, (character - 97 + 0.5) / levels);
    }
  }
  return list;
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

/**
 * The number of the file that has a spelling: its CRC-32 (RFC 1952, section 8) modulo a power of two.
 *
 * @param {string} spelling
 * @param {number} shards
 */
function shardOf(spelling, shards) {
  let remainder = ~0;
  for (const byte of new TextEncoder().encode(spelling)) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return ~remainder & (shards - 1);
}

/**
 * The slug of a title where the index does not give another, as in site_builder/search/index.py.
 *
 * @param {string} title
 */
function expectedSlug(title) {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
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
