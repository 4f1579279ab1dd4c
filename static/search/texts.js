"use strict";

/**
 * What the pages of papers say, read from the pages themselves; from a disk, where a page can read no other, from the
 * scripts beside them.
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
  const load = indexLoader(root);

  /** @param {string} slug */
  async function fetched(slug) {
    const page = `papers/${slug}.html`;
    const text = READABLE ? paperText(parsedPage(await fetchedPage(page))) : textOfScript(await load(page));
    read.set(slug, text);
    return text;
  }

  /** @param {string} path */
  async function fetchedPage(path) {
    const response = await fetch(root + path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.text();
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

/** @param {string} html */
function parsedPage(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** The text of an element, if there is one. @param {Element | null} [element] */
function textIn(element) {
  return (element?.textContent ?? "").trim();
}

/** The text of what stands one below the other. @param {Iterable<Element>} elements */
function linesOf(elements) {
  return [...elements].map((element) => textIn(element)).join("\n");
}

/**
 * What a script hands over, which has the body as HTML.
 *
 * @param {PaperText} said
 * @returns {PaperText}
 */
function textOfScript(said) {
  return { ...said, body: linesOf(parsedPage(said.body).body.children) };
}

/**
 * @param {Document} page
 * @returns {PaperText}
 */
function paperText(page) {
  const text = (/** @type {string} */ selector) => textIn(page.querySelector(selector));
  const texts = (/** @type {string} */ selector) => [...page.querySelectorAll(selector)].map((found) => textIn(found));
  const published = text(".published");
  const authors = text(".authors:not(:has(i))").slice(0, published ? -published.length : undefined);
  return {
    title: text("h1"),
    finding: text(".finding"),
    body: linesOf(page.querySelectorAll("#text ~ .prose > *")),
    authors: authors.split(",").map((name) => name.trim()).filter(Boolean),
    published,
    topics: texts(".filed > li > a"),
    tags: texts("#tags ~ ul > li"),
    citation: text("#citation"),
  };
}
