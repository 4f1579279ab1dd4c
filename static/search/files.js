"use strict";

/**
 * The files of the index, as they are read. docs/search.md tells what is in them.
 *
 * @typedef {{format: number, papers: number, bounds: string, words: number, block: number, digits: number, rest: number, levels: number,
 *   width: number, names: Record<string, string>, like: Record<string, string>}} Manifest
 *   `bounds` are the beginnings of the first spellings in the second and the further shards of postings, in short; `names` has for each kind of file what their names have of
 *   their content, `width` characters each, in the order of their numbers; `like` has kinds that are named like others
 * @typedef {{word: string, papers: number}} Entry a word of the catalogue, and about how many papers have it
 * @typedef {ReturnType<typeof openIndex>} Index
 */

/** What is in the files, and how they are named. */
const FORMAT = 7;

/** The site was built anew, and what is there now does not go with the scripts that are running. */
class Renewed extends Error {}

/** Stands in the lexicon before words that half as many papers have as those before it. */
const RARER = "|";
/** Letters by which the words of the lexicon are filed. */
const PREFIX = 2;

/** @type {WeakMap<object, string[][]>} the lines of blocks of titles, and the related papers of each */
const blocks = new WeakMap();
/** Letters of the longest slug that follows from a title. */
const SLUG = 80;
/** As many files of postings are read for the words that begin with some letters; more share a file of their own. */
const NEIGHBOURS = 2;
/** Stands before a term in the key that tells what was cut off from its list. */
const CUT = "~";
/** Comes behind all letters. */
const LAST = "\uffff";

/**
 * The files of one index.
 *
 * @param {(path: string) => Promise<any>} load reads a JSON file by its path from the site's root
 */
function openIndex(load) {
  const LIST = "search/manifest.json";

  /** @type {Map<string, Promise<any>>} */
  const loaded = new Map();
  /** @type {WeakMap<object, Map<string, Postings>>} posting lists that were read, by their files */
  const lists = new WeakMap();

  /**
   * A file by its path, asked for once; a failure is not remembered.
   *
   * @param {string} path
   */
  function once(path) {
    let content = loaded.get(path);
    if (!content) {
      content = load(path);
      loaded.set(path, content);
      content.catch(() => loaded.delete(path));
    }
    return content;
  }

  /**
   * A file of the index by its kind and number, as `terms/12`.
   *
   * @param {string} name
   */
  async function file(name) {
    const { width, names, like } = await manifest();
    const [kind, number] = name.split(/\/(?=\d+$)/u);
    const at = width * Number(number);
    return once(`search/${name}.${names[like[kind] ?? kind].slice(at, at + width)}.json`);
  }

  /** @returns {Promise<Manifest>} */
  async function manifest() {
    const found = await once(LIST);
    if (found.format !== FORMAT) throw new Renewed(`the index has format ${found.format}, this engine reads ${FORMAT}`);
    return found;
  }

  /**
   * The manifest, read again: the same as before, unless the site was built anew since.
   *
   * @returns {Promise<Manifest>}
   */
  async function renewed() {
    const known = await manifest();
    const current = await load(LIST).catch(() => known);
    if (JSON.stringify(current) === JSON.stringify(known)) return known;
    loaded.set(LIST, Promise.resolve(current));
    return manifest();
  }

  /**
   * What the index has under a key of the shard of a term, if anything.
   *
   * @param {string} term
   * @param {string} key
   */
  async function entry(term, key) {
    const shard = await file(`terms/${placeOf(term, boundsOf((await manifest()).bounds))}`);
    return Object.hasOwn(shard, key) ? shard[key] : undefined;
  }

  /**
   * By the terms that stand right behind a term in enough papers: the places of these in its list.
   *
   * @param {string} term
   * @returns {Promise<Record<string, string>>}
   */
  async function pairs(term) {
    const shard = await file(`pairs/${placeOf(term, boundsOf((await manifest()).bounds))}`);
    return Object.hasOwn(shard, term) ? shard[term] : {};
  }

  /**
   * The postings of a term, empty where no paper has it.
   *
   * @param {string} term
   * @returns {Promise<Postings>}
   */
  async function postings(term) {
    const { bounds, levels } = await manifest();
    const shard = await file(`terms/${placeOf(term, boundsOf(bounds))}`);
    if (!Object.hasOwn(shard, term)) return NOWHERE;
    const known = lists.get(shard) ?? new Map();
    lists.set(shard, known);
    if (!known.has(term)) known.set(term, decoded(shard[term], levels, shard[CUT + term]));
    return known.get(term);
  }

  /**
   * The papers of a term, all of them.
   *
   * @param {string} term
   * @returns {Promise<Iterable<number>>}
   */
  async function allPapers(term) {
    const { papers, rest } = await postings(term);
    if (!rest.papers) return papers;
    const { bounds, rest: files, levels } = await manifest();
    const read = boundsOf(bounds);
    const others = await file(`rest/${Math.floor((placeOf(term, read) * files) / (read.length + 1))}`);
    return [...papers, ...decoded(others[term], levels).papers];
  }

  /**
   * The words of the catalogue that begin with some letters, two at least, the commonest first. They lie with the
   * postings of the terms that are spelled like them, where these are not in too many files.
   *
   * @param {string} beginning
   */
  async function wordsLike(beginning) {
    const bounds = boundsOf((await manifest()).bounds);
    const first = placeOf(beginning, bounds);
    const count = placeOf(beginning + LAST, bounds) - first + 1;
    if (count > NEIGHBOURS) {
      const words = await wordsBeginning([...beginning].slice(0, PREFIX).join(""));
      return words.filter(({ word }) => word.startsWith(beginning));
    }
    const shards = await Promise.all(Array.from({ length: count }, (_, n) => file(`terms/${first + n}`)));
    const words = shards.flatMap((shard) => rests(shard[""] ?? "").filter(({ rest }) => rest.startsWith(beginning)));
    return words.sort((a, b) => b.papers - a.papers).map(({ rest, papers }) => ({ word: rest, papers }));
  }

  /**
   * The words of the catalogue that begin with two letters, the commonest first.
   *
   * @param {string} pair
   */
  async function wordsBeginning(pair) {
    return (await lexicon("words", pair)).map(({ rest, papers }) => ({ word: pair + rest, papers }));
  }

  /**
   * The words of the catalogue that end with two letters, the commonest first.
   *
   * @param {string} pair
   */
  async function wordsEnding(pair) {
    return (await lexicon("endings", pair)).map(({ rest, papers }) => ({ word: rest + pair, papers }));
  }

  /**
   * What a lexicon has under two letters: the rests of words, and about how many papers have them.
   *
   * @param {"words" | "endings"} kind
   * @param {string} pair
   */
  async function lexicon(kind, pair) {
    const shard = await file(`${kind}/${shardOf(pair, (await manifest()).words)}`);
    return Object.hasOwn(shard, pair) ? rests(shard[pair]) : [];
  }

  /**
   * The title of a paper, its slug, and the numbers of its related papers, the likest first.
   *
   * @param {number} number
   * @returns {Promise<[string, string, number[]]>}
   */
  async function paper(number) {
    const { block, digits } = await manifest();
    const content = await file(`papers/${Math.floor(number / block)}`);
    let shown = blocks.get(content);
    if (!shown) blocks.set(content, (shown = [content[0].split("\n"), content[1].split(" ")]));
    const [title, slug = expectedSlug(title)] = shown[0][number % block].split("\t");
    return [title, slug, numbersOf(shown[1][number % block], digits)];
  }

  /** How many files of a kind there are. @param {string} kind */
  async function shards(kind) {
    const { width, names } = await manifest();
    return names[kind].length / width;
  }

  return Object.freeze({ file, manifest, renewed, shards, entry, pairs, postings, allPapers, wordsLike, wordsBeginning, wordsEnding, paper });
}

/**
 * How strongly a term speaks in papers, between 0 and 1, by their numbers: like a map, in two arrays, for a common term
 * has tens of thousands.
 */
class Postings {
  /**
   * @param {Int32Array} papers ascending
   * @param {Float64Array} strengths
   * @param {{papers: number, strength: number}} [rest] how many other papers have the term, which are not told, and how
   *   strongly it speaks in them
   */
  constructor(papers, strengths, rest = { papers: 0, strength: 0 }) {
    this.papers = papers;
    this.strengths = strengths;
    this.rest = rest;
  }

  /** How many papers have the term. */
  get size() {
    return this.papers.length + this.rest.papers;
  }

  /** Where a paper is, or -1. @param {number} number */
  #place(number) {
    let [first, end] = [0, this.papers.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      if (this.papers[middle] < number) first = middle + 1;
      else end = middle;
    }
    return this.papers[first] === number ? first : -1;
  }

  /** @param {number} number */
  has(number) {
    return this.#place(number) >= 0;
  }

  /** Nothing where a paper has no such term. @param {number} number */
  get(number) {
    const place = this.#place(number);
    return place < 0 ? 0 : this.strengths[place];
  }
}

const NOWHERE = new Postings(new Int32Array(0), new Float64Array(0));

/**
 * Read a posting list: for each paper how many papers were passed over, in decimal or nothing for none, and a letter
 * for the saturated frequency, which lies in the middle of its level.
 *
 * @param {string} code
 * @param {number} levels
 * @param {[papers: number, level: number]} [cut] how many papers were cut off, and their mean level
 */
function decoded(code, levels, [others, level] = [0, 0]) {
  const papers = new Int32Array(code.length);
  const strengths = new Float64Array(code.length);
  let count = 0;
  let number = -1;
  let gap = 0;
  for (let at = 0; at < code.length; at++) {
    const character = code.charCodeAt(at);
    if (character < 97) {
      gap = 10 * gap + character - 48;
    } else {
      number += gap + 1;
      gap = 0;
      papers[count] = number;
      strengths[count++] = (character - 97 + 0.5) / levels;
    }
  }
  const rest = { papers: others, strength: (level + 0.5) / levels };
  return new Postings(papers.slice(0, count), strengths.slice(0, count), rest);
}

/**
 * Read words of the lexicon, the commonest first. A mark stands before those that half as many papers have; the last have one.
 *
 * @param {string} code
 */
function rests(code) {
  const listed = code.split(" ");
  let papers = 2 ** listed.filter((rest) => rest === RARER).length;
  const found = [];
  for (const rest of listed) {
    if (rest === RARER) papers /= 2;
    else found.push({ rest, papers });
  }
  return found;
}

/** @type {Map<string, string[]>} */
const boundsRead = new Map();

/**
 * The bounds of the shards of postings. Before each stands a capital that tells how many letters it shares with the one
 * before, which are left out.
 *
 * @param {string} written
 */
function boundsOf(written) {
  let bounds = boundsRead.get(written);
  if (bounds) return bounds;
  let last = "";
  bounds = [...written.matchAll(/([A-Z])([^A-Z]*)/gu)].map(([, shared, others]) => {
    return (last = [...last].slice(0, shared.charCodeAt(0) - 65).join("") + others);
  });
  boundsRead.set(written, bounds);
  return bounds;
}

/**
 * The number of the file that has the postings of a term or the words that are spelled like it: that of the last bound
 * which does not come behind it. What begins with a letter behind z is dealt out by its first two.
 *
 * @param {string} spelling
 * @param {string[]} bounds
 */
function placeOf(spelling, bounds) {
  const [first, second = ""] = spelling;
  if (first > "z") return remainderOf(first + second.replace(LAST, "")) % (bounds.length + 1);
  const after = bounds.findIndex((bound) => bound > spelling);
  return after < 0 ? bounds.length : after;
}

/**
 * The number of the file that has a spelling: its CRC-32 (RFC 1952, section 8) modulo a power of two.
 *
 * @param {string} spelling
 * @param {number} shards
 */
function shardOf(spelling, shards) {
  return remainderOf(spelling) & (shards - 1);
}

/** The CRC-32 of a spelling in UTF-8. @param {string} spelling */
function remainderOf(spelling) {
  let remainder = ~0;
  for (const byte of new TextEncoder().encode(spelling)) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return ~remainder >>> 0;
}

/**
 * Read numbers that are written in base 26, each with so many letters.
 *
 * @param {string} code
 * @param {number} digits
 */
function numbersOf(code, digits) {
  const numbers = [];
  for (let at = 0; at < code.length; at += digits) {
    let number = 0;
    for (let n = at; n < at + digits; n++) number = 26 * number + code.charCodeAt(n) - 97;
    numbers.push(number);
  }
  return numbers;
}

/**
 * The slug of a title where the index does not give another, as in site_builder/search/index.py.
 *
 * @param {string} title
 */
function expectedSlug(title) {
  const slug = title
    .toLowerCase()
    .replace(/['’]/gu, "")
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-|-$/gu, "");
  return slug.length <= SLUG ? slug : slug.slice(0, slug.lastIndexOf("-", SLUG));
}
