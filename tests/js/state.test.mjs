import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../../bench/scripts.mjs";

/** @type {{stateOf: typeof stateOf, searchOf: typeof searchOf, demandsOf: typeof demandsOf}} */
const state = run(["state.js"], "({ stateOf, searchOf, demandsOf })");

test("an address that is read and written is the same", () => {
  for (const search of [
    "",
    "?q=cold+water",
    "?q=%22cold+water%22+-moth&exact=1&topic=optics&topic=-birds&tag=c-plus-plus&in=spring&year=2021&sort=title",
    "?near=heron.2+marsh",
  ]) {
    assert.equal(state.searchOf(state.stateOf(search)), search);
  }
});

test("what an address does not say has its usual value, and what it says wrongly too", () => {
  const usual = { query: "", exact: false, near: "", filters: [], sort: "relevance" };
  assert.deepEqual(state.stateOf(""), usual);
  assert.deepEqual(state.stateOf("?sort=luck&topic=&topic=-&colour=red"), usual);
});

test("a filter that is given twice is one", () => {
  assert.equal(state.stateOf("?topic=optics&topic=optics").filters.length, 1);
});

test("the address holds the beginning of a long query only", () => {
  const long = { ...state.stateOf(""), query: "heron ".repeat(2000) };
  assert.equal(new URLSearchParams(state.searchOf(long)).get("q")?.length, 1000);
});

test("filters are demanded all, years any", () => {
  const demands = state.demandsOf(state.stateOf("?topic=optics&topic=-birds&year=2021&year=2023").filters);
  const told = demands.map(({ not, alternatives }) => (not ? "-" : "") + alternatives.map(({ text }) => text).join("|"));
  assert.deepEqual(told, ["optics", "-birds", "2021|2023"]);
});
