import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../../bench/scripts.mjs";

/** @type {{bibtex: typeof bibtex, csv: typeof csv, collected: typeof collected}} */
const share = run(["share.js"], "({ bibtex, csv, collected })");

/** @param {Partial<PaperText>} fields @returns {PaperText} */
const paper = (fields) => ({
  ...{ title: "Herons", finding: "", body: "", authors: [], published: "", topics: [], tags: [] },
  ...{ citation: "@misc{herons,\n  url     = {ADDRESS OF THIS PAGE},\n  urldate = {YYYY-MM-DD}\n}" },
  ...fields,
});
/** @param {string} slug */
const addressOf = (slug) => `https://example.org/papers/${slug}.html`;

test("a citation gets the address of its page and the day", () => {
  assert.equal(
    share.bibtex([{ slug: "herons", text: paper({}) }], addressOf, "2026-01-02"),
    "@misc{herons,\n  url     = {https://example.org/papers/herons.html},\n  urldate = {2026-01-02}\n}\n",
  );
});

test("a citation of a page that has no address for others says neither address nor day", () => {
  const citation = "@misc{herons,\n  title   = {{Herons}},\n  url     = {ADDRESS OF THIS PAGE},\n  urldate = {YYYY-MM-DD}\n}";
  assert.equal(
    share.bibtex([{ slug: "herons", text: paper({ citation }) }], () => "", "2026-01-02"),
    "@misc{herons,\n  title   = {{Herons}}\n}\n",
  );
});

test("commas, quotes and lines stay in their cells", () => {
  const citation = "@article{h,\n  year          = {2021},\n  eprint = {2101.00001},\n  archiveprefix = {arXiv}\n}";
  const text = paper({ title: 'Herons, "grey"\nones', authors: ["Ada Kelp", "Bo Ash"], tags: ["cold water"], citation });
  assert.equal(
    share.csv([{ slug: "h", text }], addressOf),
    "title,authors,year,published,arxiv,doi,topics,tags,address\r\n" +
      '"Herons, ""grey""\nones",Ada Kelp; Bo Ash,2021,,2101.00001,,,cold water,https://example.org/papers/h.html\r\n',
  );
});

test("a title that a program of tables would run as a formula is text", () => {
  for (const title of ["=1+1", "+1", "-1", "@SUM"]) {
    assert.ok(share.csv([{ slug: "h", text: paper({ title }) }], addressOf).includes(`\r\n'${title},`), title);
  }
});

test("papers are read a few at once, in their order, and one that cannot be read is left out", async () => {
  let [open, most] = [0, 0];
  const textOf = async (/** @type {string} */ slug) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 1));
    open -= 1;
    if (slug === "p3") throw new Error(slug);
    return paper({ title: slug });
  };
  /** @type {number[]} */
  const told = [];
  const slugs = Array.from({ length: 8 }, (_, n) => `p${n}`);
  const found = await share.collected(slugs, textOf, (count) => told.push(count));
  assert.deepEqual(found.map(({ slug }) => slug), slugs.filter((slug) => slug !== "p3"));
  assert.deepEqual(told, [5, 7]);
  assert.equal(most, 6);
});
