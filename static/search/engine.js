"use strict";

/**
 * The search engine, without the page: it asks for files of the index and ranks papers. docs/search.md tells what is in
 * the files; `terms` (terms.js) tells what a term is.
 *
 * @typedef {{format: number, papers: number, terms: number, words: number, block: number, levels: number}} Manifest
 * @typedef {Map<number, number>} Postings how strongly a term speaks in a paper, between 0 and 1, by the paper's number
 * @typedef {{typed: string, forms: Map<string, Postings>, postings: Postings, repaired: string}} Clause
 *   one word of the query: the terms it stands for, their postings merged, and the word it was taken for, if another
 * @typedef {{text: string, terms: string[]}} Form one of a group of synonyms, as it is written and its terms
 * @typedef {Form & {postings: Postings}} Synonym a form and the papers that have all its terms
 * @typedef {{words: Clause[], synonyms: Synonym[]}} Concept
 *   words of the query that are meant together, and what else is said for them: most often one word and nothing
 * @typedef {Map<number, {score: number, covered: number}>} Evidence by paper: what it says, and of how much of the query
 * @typedef {{number: number, slug: string, title: string, score: number, matched: string[]}} Result
 *   a paper, its score, and the terms of the query that it has
 * @typedef {{results: Result[], total: number, unknown: string[], repaired: {typed: string, word: string}[],
 *   also: string[]}} Answer
 *   the best papers, how many there are in all, words that are in no paper, words that were taken for others, and
 *   synonyms that were searched for as well
 */

/** What a synonym counts beside the words as they were typed; docs/search.md tells how it was chosen. */
const SYNONYM = 0.8;

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
  /** Stands before a term in the key of its groups of synonyms: no term begins so. */
  const MARK = "=";
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
   * What the index has under a key of the shard of a term, if anything.
   *
   * @param {string} term
   * @param {string} key
   */
  async function entry(term, key) {
    const shard = await file(`terms/${shardOf(term, (await manifest()).terms)}`);
    return Object.hasOwn(shard, key) ? shard[key] : undefined;
  }

  /**
   * The postings of a term, empty where no paper has it.
   *
   * @param {string} term
   */
  async function postings(term) {
    return decoded((await entry(term, term)) ?? "", (await manifest()).levels);
  }

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
   * @param {boolean} understood whether it has synonyms in papers, and so is no typing error
   * @returns {Promise<Clause>}
   */
  async function clause({ word, term }, unfinished, understood) {
    const exact = await postings(term);
    const found = exact.size ? [term] : [];
    if (unfinished) found.push(...(await completions(word)));
    let repaired = "";
    if (!found.length && !understood) {
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
    const words = searched(typed);
    const distinct = words.filter((token, n) => words.findLastIndex(({ term }) => term === token.term) === n);
    const concepts = await understood(distinct, prefix ? typed.length : -1);
    const { papers } = await manifest();
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
    const { block } = await manifest();
    const shown = (await file(`papers/${Math.floor(number / block)}`))[number % block];
    const [title, slug] = Array.isArray(shown) ? shown : [shown, expectedSlug(shown)];
    const matched = concepts.flatMap(({ words, synonyms }) => [
      ...words.flatMap(({ forms }) => [...forms.keys()].filter((form) => forms.get(form)?.has(number))),
      ...synonyms.filter(({ postings }) => postings.has(number)).flatMap(({ terms }) => terms),
    ]);
    return { number, slug, title, score, matched: [...new Set(matched)] };
  }

  return Object.freeze({ search });
}

/**
 * Papers and their scores, the best first, the older before the younger where scores are equal. A score is the sum of
 * what each word of the query says, as in BM25 (Robertson and Zaragoza, "The probabilistic relevance framework", 2009):
 * inverse document frequency times saturated term frequency; the index holds the latter, ready and rounded. It is then
 * lowered by what the paper lacks of the query.
 *
 * @param {Concept[]} concepts
 * @param {number} words how many words the query has
 * @param {number} papers how many papers the catalogue has
 */
function ranked(concepts, words, papers) {
  /** @type {Evidence} */
  const sums = new Map();
  let whole = 0;
  for (const concept of concepts) {
    const { weight, said } = evidence(concept, papers);
    whole += weight;
    for (const [number, { score, covered }] of said) add(sums, number, score, covered);
  }
  /** @type {[number, number][]} */
  const scores = [...sums].map(([number, { score, covered }]) => [
    number,
    score * coverage(covered / whole, words),
  ]);
  return scores.sort(([m, a], [n, b]) => b - a || m - n);
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
  for (const { postings } of words) {
    const having = postings.size || instead;
    if (!having) continue;
    const idf = inverseDocumentFrequency(having, papers);
    weight += idf;
    for (const [number, frequency] of postings) add(said, number, idf * frequency, idf);
  }
  for (const { postings } of synonyms) {
    for (const [number, frequency] of postings) {
      said.set(number, { score: Math.max(said.get(number)?.score ?? 0, SYNONYM * weight * frequency), covered: weight });
    }
  }
  return { weight, said };
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
 * The words of a text that are searched for.
 *
 * @param {string} text
 */
function searched(text) {
  return terms.tokens(text).filter((token) => token.term);
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
