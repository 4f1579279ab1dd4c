"use strict";

/**
 * Which papers are of a topic, a collection, a year, a tag, an author, or have an id, or a word in the title.
 * site_builder/search/facets.py makes the files.
 *
 * @typedef {{field: string, value: string, name: string, papers: number[]}} Facet a value, as the address and as people
 *   have it, and its papers in ascending order
 */

/**
 * The facets of an index.
 *
 * @param {Pick<Index, "file" | "shards">} index
 */
function facetsOver({ file, shards }) {
  /** @type {WeakMap<object, Facet[]>} what files were read to be */
  const read = new WeakMap();

  /**
   * @param {string} kind
   * @param {string} key
   * @param {string} [filed] by what the key is filed
   */
  async function entry(kind, key, filed = key) {
    const shard = await file(`facets/${kind}/${shardOf(filed, await shards(`facets/${kind}`))}`);
    return Object.hasOwn(shard, key) ? shard[key] : undefined;
  }

  /** All topics, collections and years. @returns {Promise<Facet[]>} */
  async function all() {
    const count = await shards("facets/values");
    const [names, ...files] = await Promise.all([
      file("facets/names/0"),
      ...Array.from({ length: count }, (_, n) => file(`facets/values/${n}`)),
    ]);
    return files.flatMap((codes) => {
      let facets = read.get(codes);
      if (!facets) {
        facets = Object.entries(codes).map(([key, code]) => {
          const [, field, value] = /** @type {RegExpExecArray} */ (/^(\w+):(.*)$/su.exec(key));
          return { field, value, name: names[field]?.[value] ?? value, papers: numbered(code) };
        });
        read.set(codes, facets);
      }
      return facets;
    });
  }

  /**
   * The topics in whose names the words of a text begin words.
   *
   * @param {string} text
   * @returns {Promise<Pick<Facet, "field" | "value" | "name">[]>}
   */
  async function topicsLike(text) {
    /** @type {Record<string, string>} */
    const topics = (await file("facets/names/0")).topic;
    const words = slugOf(text).split("-");
    const found = Object.entries(topics).filter(([, name]) => {
      const slug = `-${slugOf(name)}`;
      return words.every((word) => slug.includes(`-${word}`));
    });
    return found.map(([value, name]) => ({ field: "topic", value, name }));
  }

  /** A tag of two papers or more. @param {string} name @returns {Promise<Facet | undefined>} */
  async function tag(name) {
    const value = slugOf(name);
    const found = await entry("tags", value, value.slice(0, PREFIX));
    return found && { field: "tag", value, name: found[0], papers: numbered(found[1]) };
  }

  /** The tags that begin with some letters, those of most papers first. @param {string} letters */
  async function tagsLike(letters) {
    const beginning = slugOf(letters);
    if (beginning.length < PREFIX) return [];
    const filed = beginning.slice(0, PREFIX);
    /** @type {Record<string, [string, string]>} */
    const shard = await file(`facets/tags/${shardOf(filed, await shards("facets/tags"))}`);
    const found = Object.entries(shard).filter(([slug]) => slug.startsWith(beginning));
    return found
      .map(([value, [name, code]]) => ({ field: "tag", value, name, papers: numbered(code) }))
      .sort((a, b) => b.papers.length - a.papers.length);
  }

  /**
   * The values that a person may mean: by their id, or by words of their name.
   *
   * @param {string} field topic or in
   * @param {string} text
   */
  async function named(field, text) {
    const slug = slugOf(text);
    const facets = (await all()).filter((facet) => facet.field === field);
    const same = facets.filter(({ value, name }) => value === text || value === slug || slugOf(name) === slug);
    const words = `-${slug}`;
    return same.length ? same : facets.filter(({ value, name }) => `-${slugOf(name)}-${value}`.includes(words));
  }

  /**
   * The papers of a field's value as a query has it.
   *
   * @param {string} field
   * @param {string} text
   * @returns {Promise<Set<number>>}
   */
  async function papersOf(field, text) {
    if (field === "id") return new Set(numbered((await entry("ids", text)) ?? ""));
    if (field === "tag") return new Set((await tag(text))?.papers);
    if (field === "author" || field === "title") {
      const words = terms.tokens(text).flatMap(({ word, term }) => (field === "title" ? term || [] : unaccented(word)));
      const whole = field === "author" && (await entry("authors", words.join("-"))); // who is called so, before anybody else
      if (whole) return new Set(numbered(whole));
      const lists = await Promise.all(words.map((word) => entry(`${field}s`, word)));
      return inEach(lists.map((code) => new Set(numbered(code ?? ""))));
    }
    if (field === "year") {
      const [first, last] = yearsOf(text) ?? [0, 0];
      const years = (await all()).filter(({ field, value }) => field === "year" && first <= +value && +value <= last);
      return new Set(years.flatMap(({ papers }) => papers));
    }
    return new Set((await named(field, text)).flatMap(({ papers }) => papers));
  }

  /** The papers that have a term in the title. @param {string} term */
  async function titled(term) {
    return numbered((await entry("titles", term)) ?? "");
  }

  return Object.freeze({ all, tag, tagsLike, topicsLike, papersOf, titled });
}

/** @type {Record<string, string>} letters that Unicode does not take apart */
const UNMARKED = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i", ħ: "h", ŧ: "t" };

/** A word without accents, as site_builder/text/slugs.py has it. @param {string} word */
function unaccented(word) {
  const plain = word.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  return plain.replace(/[^a-z0-9]/gu, (letter) => UNMARKED[letter] ?? letter);
}

/**
 * What several sets have in common.
 *
 * @param {Set<number>[]} sets
 */
function inEach([first = new Set(), ...others]) {
  return new Set([...first].filter((number) => others.every((set) => set.has(number))));
}

/**
 * Read a list of papers: before each comma how many were passed over since the last, nothing for none.
 *
 * @param {string} code
 */
function numbered(code) {
  let number = -1;
  return code
    .split(",")
    .slice(0, -1)
    .map((gap) => (number += Number(gap) + 1));
}

/**
 * A name as addresses have it: nearly always the same as site_builder/text/slugs.py makes of it.
 *
 * @param {string} name
 */
function slugOf(name) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").replace(/['’]/gu, "").replaceAll("&", " and ");
  const signs = plain.replace(/(\w)\+\+(?!\w)/gu, "$1 plus plus ").replace(/(\w)#(?!\w)/gu, "$1 sharp ");
  return expectedSlug(signs);
}
