"use strict";

/**
 * What a search page shows, as its address has it: q, exact, near, topic, tag, in, year, sort. Values that are left out
 * begin with a minus.
 *
 * @typedef {{field: string, value: string, not: boolean}} Filter
 * @typedef {{query: string, exact: boolean, near: string, filters: Filter[], sort: string}} State
 *   `exact`: no word is taken for another; `near`: the words of a pasted text, if one is searched for instead
 */

const FIELDS = ["topic", "tag", "in", "year"];
const SORTS = ["relevance", "newest", "title"];
/** Characters of a query that the address holds. */
const ADDRESSED = 1000;

/**
 * @param {string} search the part of an address from its question mark on
 * @returns {State}
 */
function stateOf(search) {
  const asked = new URLSearchParams(search);
  const sort = asked.get("sort") ?? "";
  const filters = FIELDS.flatMap((field) =>
    [...new Set(asked.getAll(field))].flatMap((written) => {
      const not = written.startsWith("-");
      const value = not ? written.slice(1) : written;
      return value ? [{ field, value, not }] : [];
    }),
  );
  return {
    query: asked.get("q") ?? "",
    exact: asked.get("exact") === "1",
    near: asked.get("near") ?? "",
    filters,
    sort: SORTS.includes(sort) ? sort : SORTS[0],
  };
}

/**
 * @param {State} state
 * @returns {string} the part of an address from its question mark on, or nothing
 */
function searchOf({ query, exact, near, filters, sort }) {
  const asked = new URLSearchParams();
  if (query.trim()) asked.set("q", query.trim().slice(0, ADDRESSED));
  if (exact && query.trim()) asked.set("exact", "1");
  if (near) asked.set("near", near);
  for (const { field, value, not } of filters) asked.append(field, (not ? "-" : "") + value);
  if (sort !== SORTS[0]) asked.set("sort", sort);
  const written = asked.toString();
  return written && `?${written}`;
}

/**
 * What filters demand of a paper: all of them, but of the years any.
 *
 * @param {Filter[]} filters
 * @returns {Demand[]}
 */
function demandsOf(filters) {
  const item = (/** @type {Filter} */ { field, value }) => ({ field, text: value, phrase: false });
  const years = filters.filter(({ field, not }) => field === "year" && !not);
  const others = filters.filter((filter) => !years.includes(filter));
  return [
    ...others.map((filter) => ({ not: filter.not, alternatives: [item(filter)] })),
    ...(years.length ? [{ not: false, alternatives: years.map(item) }] : []),
  ];
}

/**
 * Words of a text as the address has them, "heron.2 marsh", and back.
 *
 * @param {Counted[]} words
 */
function nearWritten(words) {
  return words.map(({ word, count }) => (count > 1 ? `${word}.${count}` : word)).join(" ");
}

/**
 * @param {string} written
 * @returns {Counted[]}
 */
function nearRead(written) {
  return written.split(" ").flatMap((part) => {
    const [, word, count] = /** @type {RegExpExecArray} */ (/^(.*?)(?:\.(\d{1,3}))?$/u.exec(part));
    const term = terms.term(word);
    return term ? [{ word, term, count: Math.max(1, Number(count ?? 1)) }] : [];
  });
}
