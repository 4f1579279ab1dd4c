"use strict";

/**
 * What the pages of papers say, read from the pages themselves.
 *
 * @typedef {{title: string, finding: string, body: string, authors: string[], published: string, topics: string[],
 *   tags: string[], citation: string}} PaperText
 */

/**
 * The pages of papers, each fetched once; a reader who opens one then finds it in the browser's cache.
 *
 * @param {string} root
 */
function paperTexts(root) {
  /** @type {Map<string, Promise<PaperText>>} */
  const asked = new Map();
  /** @type {Map<string, PaperText>} */
  const read = new Map();

  /** @param {string} slug */
  async function fetched(slug) {
    if (!READABLE) throw new Error("a page from a disk can read no other");
    const response = await fetch(`${root}papers/${slug}.html`);
    if (!response.ok) throw new Error(`${slug}: ${response.status}`);
    const text = paperText(new DOMParser().parseFromString(await response.text(), "text/html"));
    read.set(slug, text);
    return text;
  }

  /** @param {string} slug */
  function of(slug) {
    let text = asked.get(slug);
    if (!text) {
      text = fetched(slug);
      asked.set(slug, text);
      text.catch(() => asked.delete(slug));
    }
    return text;
  }

  /** What was read already. @param {string} slug */
  const known = (slug) => read.get(slug);

  return Object.freeze({ of, known });
}

/**
 * @param {Document} page
 * @returns {PaperText}
 */
function paperText(page) {
  const text = (/** @type {Element | null | undefined} */ element) => (element?.textContent ?? "").trim();
  const texts = (/** @type {string} */ selector) => [...page.querySelectorAll(selector)].map(text);
  const published = text(page.querySelector(".published"));
  const authors = text(page.querySelector(".authors:not(:has(i))")).slice(0, published ? -published.length : undefined);
  return {
    title: text(page.querySelector("h1")),
    finding: text(page.querySelector(".finding")),
    body: texts("#text ~ .prose > *").join("\n"),
    authors: authors.split(",").map((name) => name.trim()).filter(Boolean),
    published,
    topics: texts(".filed > li > a"),
    tags: texts("#tags ~ ul > li"),
    citation: text(page.getElementById("citation")),
  };
}
