"use strict";

/**
 * The language of queries: "exact phrase", -word, OR, AND, title:, author:, topic:, tag:, in:, year:, and a paper's arXiv
 * id or DOI, by itself or in an address. A query without any of these is words and nothing else. Nothing is an error: what cannot be meant so is read as words.
 * site_builder/search/syntax.py reads the same language.
 *
 * @typedef {{field: string, text: string, phrase: boolean}} Item
 *   what a paper has: words anywhere (`field` is ""), or a field's value, also an `id`, a field that nobody types; of a
 *   phrase the words stand side by side
 * @typedef {{not: boolean, alternatives: Item[]}} Demand one of the alternatives must hold, or (`not`) none may
 * @typedef {{words: string, demands: Demand[]}} Parsed
 *   `words` is the query with blanks for all that is not ranked, so that words keep their places in it
 */

/** What is before an item, a sign, a field, and a phrase or all up to the next blank. */
const ITEM = /(^|[\s,;(])(-?)(?:(title|author|topic|tag|in|year):(?=\S))?(?:"([^"]*)"|(\S+))/giu;
/** A field without a value: a label before words, and none of them. */
const LABEL = /^(title|author|topic|tag|in|year):$/iu;
const OPERATORS = ["OR", "AND", "NOT"];
/** Words up to which these are meant so in a query that is mostly in capitals: a longer one is a text. */
const SHOUTED = 8;
/** Words outside of quotes up to which quotes demand: in a longer text they quote. */
const PROSE = 12;
/** An id as it is typed: alone, behind the name of its scheme, or at the end of an address. */
const IDS = [
  /^(?:\S*(?:[/:]|arxiv\.))?(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?\/\d{7})(?:v[1-9]\d*)?(?:\.pdf)?$/i,
  /^(?:\S*[/:])?(10\.\d{4,9}\/\S+)$/i,
];
const YEARS = /^(?:([<>]=?|-|\.\.)(\d{4})|(\d{4})(?:(-|\.\.)(\d{4})?)?)$/u;

/**
 * Read a query.
 *
 * @param {string} query
 * @returns {Parsed}
 */
function parsed(query) {
  const text = query.replace(/[“”„]/gu, '"');
  const ranked = text.split("");
  /** @type {Demand[]} */
  const demands = [];
  /** @type {Demand | undefined} what an OR or AND would join */
  let last;
  const small = [...text.matchAll(/\p{Ll}/gu)].length;
  const operators = small > [...text.matchAll(/\p{Lu}/gu)].length || terms.tokens(text).length <= SHOUTED;
  const quotes = terms.tokens(text.replace(/"[^"]*"/gu, " ")).length <= PROSE;
  let [joining, not] = ["", false];
  for (const found of text.matchAll(ITEM)) {
    const [whole, before, sign, field = "", quoted, bare] = found;
    const start = found.index + before.length;
    const end = found.index + whole.length;
    const written = text.slice(start, end);
    if (written === "|" || (operators && OPERATORS.includes(written))) {
      ranked.fill(" ", start, end);
      if (written === "NOT") not = true;
      else joining = written === "AND" ? "AND" : "OR";
      continue;
    }
    const against = not || Boolean(sign);
    const exact = quotes && quoted !== undefined;
    const id = quotes && !field && bare !== undefined && idIn(bare);
    const label = field || LABEL.exec(bare ?? "")?.[1];
    const named = label ? sign.length + label.length + 1 : 0;
    const value = label && !field ? "" : (quoted ?? bare);
    const item = id ? { field: "id", text: id, phrase: false } : itemOf(field.toLowerCase(), value, against || exact);
    if (item) {
      const joins = joining === "OR" && !against && last;
      const demand = joins || { not: against, alternatives: [] };
      demand.alternatives.push(item);
      const both = joining === "AND";
      if (both && last && !demands.includes(last)) demands.push(last);
      const demanded = joins || both || against || item.field || exact;
      if (demanded && !demands.includes(demand)) demands.push(demand);
      last = against ? undefined : demand;
      ranked.fill(" ", start, against || !["", "title"].includes(item.field) ? end : start + named);
    } else ranked.fill(" ", start, start + named);
    [joining, not] = ["", false];
  }
  return { words: ranked.join("").replaceAll('"', " "), demands };
}

/**
 * What of a query looks like more than words, and is no more than these. Of what is still being typed only what
 * cannot become anything else.
 *
 * @param {string} query
 * @returns {string[]}
 */
function misread(query) {
  const text = query.replace(/[“”„]/gu, '"');
  if (terms.tokens(text.replace(/"[^"]*"/gu, " ")).length > PROSE) return [];
  const odd = [...text.matchAll(/(?<!\S)-?(?:(?:title|author|topic|tag|in|year):(?=\s)|year:[<>]?=?(?:\d{5}|\d{0,4}[^\d\s"<>=])\S*|\S*\w\w\*\S*)/giu)]
    .map(([written]) => written)
    .filter((written) => !YEARS.test(written.replace(/^-?year:/iu, "")));
  return text.split('"').length % 2 ? odd : [...odd, '"'];
}

/**
 * What is demanded, or nothing where there is nothing to look up: a year that is none, words that no index has.
 *
 * @param {string} field
 * @param {string} value
 * @param {boolean} exact whether several words are meant side by side
 * @returns {Item | undefined}
 */
function itemOf(field, value, exact) {
  const text = value.replaceAll('"', " ").trim();
  if (field === "year") return YEARS.test(text) ? { field, text, phrase: false } : undefined;
  const tokens = terms.tokens(text);
  if (!tokens.some(({ term }) => term || (field && field !== "title"))) return undefined;
  const worded = field === "" ? exact : field === "title";
  return { field, text, phrase: worded && tokens.length > 1 };
}

/** The arXiv id, without its version, or the DOI that a word or an address is, in lower case. @param {string} text */
function idIn(text) {
  const bare = text.replace(/^[([{<]+|[.,;:)\]}>]+$/gu, "");
  return IDS.map((form) => form.exec(bare)?.[1].toLowerCase()).find(Boolean);
}

/**
 * The first and the last year of "2023", "2021-2023", "2021-", "-2021", ">2021" or "<=2021".
 *
 * @param {string} text
 * @returns {[number, number] | undefined}
 */
function yearsOf(text) {
  const [, sign, bound, first, range, last] = YEARS.exec(text) ?? [];
  const beyond = sign === ">" || sign === "<" ? 1 : 0;
  if (sign) return sign[0] === ">" ? [Number(bound) + beyond, Infinity] : [0, Number(bound) - beyond];
  if (!first) return undefined;
  const years = [Number(first), last ? Number(last) : range ? Infinity : Number(first)];
  return [Math.min(...years), Math.max(...years)];
}

/**
 * Tell whether words stand side by side in a text, in any of their forms; case and punctuation do not count.
 *
 * @param {string} phrase
 * @param {string} text
 */
function hasPhrase(phrase, text) {
  const spelled = (/** @type {string} */ s) => ` ${terms.tokens(s).map(({ word, term }) => term || word).join(" ")} `;
  return spelled(text).includes(spelled(phrase));
}
