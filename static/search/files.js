"use strict";

/**
 * The files of the index, as they are read. docs/search.md tells what is in them.
 *
 * @typedef {{format: number, papers: number, terms: number, words: number, block: number, levels: number,
 *   width: number, names: Record<string, string>}} Manifest `names` has for each kind of file what their names have of
 *   their content, `width` characters each, in the order of their numbers
 * @typedef {Map<number, number>} Postings how strongly a term speaks in a paper, between 0 and 1, by the paper's number
 * @typedef {{word: string, papers: number}} Entry a word of the catalogue, and about how many papers have it
 * @typedef {ReturnType<typeof openIndex>} Index
 */

/** What is in the files, and how they are named. */
const FORMAT = 4;

/** Stands in the lexicon before words that half as many papers have as those before it. */
const RARER = "|";
/** Letters by which the words of the lexicon are filed. */
const PREFIX = 2;

/**
 * The files of one index.
 *
 * @param {(path: string) => Promise<any>} load reads a JSON file by its path from the site's root
 */
function openIndex(load) {
  const LIST = "search/manifest.json";

  /** @type {Map<string, Promise<any>>} */
  const loaded = new Map();

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
    const { width, names } = await manifest();
    const [kind, number] = name.split(/\/(?=\d+$)/u);
    const at = width * Number(number);
    return once(`search/${name}.${names[kind].slice(at, at + width)}.json`);
  }

  /** @returns {Promise<Manifest>} */
  async function manifest() {
    const found = await once(LIST);
    if (found.format !== FORMAT) throw new Error(`the index has format ${found.format}, this engine reads ${FORMAT}`);
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
    const { block } = await manifest();
    /** @type {string | [string, string, ...number[]]} */
    const shown = (await file(`papers/${Math.floor(number / block)}`))[number % block];
    const [title, slug, ...related] = Array.isArray(shown) ? shown : /** @type {[string, string]} */ ([shown, ""]);
    return [title, slug || expectedSlug(title), related];
  }

  /** How many files of a kind there are. @param {string} kind */
  async function shards(kind) {
    const { width, names } = await manifest();
    return names[kind].length / width;
  }

  return Object.freeze({ file, manifest, renewed, shards, entry, postings, wordsBeginning, wordsEnding, paper });
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
