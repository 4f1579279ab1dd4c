"use strict";

/**
 * The search page: what is typed goes to the engine, what the engine finds goes to the page, the query to the address.
 *
 * It expects a form[role=search] with an input named q, #search-status and #search-results, and the path to the site's
 * root in `data-root` of the form or the body.
 */
(() => {
  const TEN = 10;
  const PAUSE_MS = 80;
  /** Synonyms that are named; who listens to the page hears them all before the results. */
  const NAMED = 4;
  const ALL_PAPERS = "all.html";

  const form = /** @type {HTMLFormElement} */ (document.querySelector("form[role=search]"));
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
  const status = /** @type {HTMLElement} */ (document.getElementById("search-status"));
  const list = /** @type {HTMLElement} */ (document.getElementById("search-results"));
  const more = element("button", { type: "button", textContent: "Show more", hidden: true });
  const root = form.dataset.root ?? document.body.dataset.root ?? "";
  const engine = createEngine({ load: indexLoader(root) });

  let limit = TEN;
  /** Counts the questions, so that a slow answer does not replace a later one. */
  let asked = 0;
  let pause = 0;

  /**
   * Make an element with properties.
   *
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {Partial<HTMLElementTagNameMap[Name]>} [properties]
   */
  function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }

  /** Answer what stands in the input; the last word may be unfinished. */
  async function answer() {
    const turn = ++asked;
    const query = input.value.trim();
    if (!query) return show([], [], false);
    try {
      const found = await engine.search(input.value, { limit, prefix: true });
      if (turn === asked) show([sentence(found)], found.results.map(item), found.total > found.results.length);
    } catch {
      if (turn === asked) show(["The search index could not be read. Try again, or see ", allPapers(), "."], [], false);
    }
  }

  /**
   * @param {(string | Node)[]} said
   * @param {Node[]} items
   * @param {boolean} further whether there are more
   */
  function show(said, items, further) {
    status.replaceChildren(...said);
    list.replaceChildren(...items);
    more.hidden = !further;
  }

  /** What a search found, in words. @param {Answer} answer */
  function sentence({ results, total, unknown, repaired, also }) {
    const missing = unknown.map(quoted).join(", ");
    if (!total && missing) return `Nothing found: no paper here has ${missing}.`;
    if (!total) return "Nothing found: words as common as “the” and single letters are not searched for.";
    const shown = total > results.length ? `, the best ${results.length} are shown` : "";
    return [
      `${total} ${total === 1 ? "paper" : "papers"} found${shown}.`,
      ...repaired.map(({ typed, word }) => `No paper has ${quoted(typed)}; searched for ${quoted(word)} instead.`),
      missing && `No paper has ${missing}.`,
      also.length && `Also searched for: ${enumerated(also)}.`,
    ]
      .filter(Boolean)
      .join(" ");
  }

  /** @param {string[]} words */
  function enumerated(words) {
    const rest = words.length - NAMED;
    return words.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  }

  /** @param {string} word */
  function quoted(word) {
    return `“${word}”`;
  }

  /** A result as an item of the list. @param {Result} result */
  function item({ slug, title, matched }) {
    const link = element("a", { href: `${root}papers/${slug}.html` });
    const pieces = highlighted(title, matched);
    link.append(...pieces.map(({ text, hit }) => (hit ? element("mark", { textContent: text }) : text)));
    const entry = element("li");
    entry.append(link);
    return entry;
  }

  function allPapers() {
    return element("a", { href: root + ALL_PAPERS, textContent: "all papers from A to Z" });
  }

  /** Put the query into the address, where reload, back and a copied link find it. */
  function remember() {
    const address = new URL(location.href);
    const query = input.value.trim();
    if (query) address.searchParams.set("q", query);
    else address.searchParams.delete("q");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  /** Search for what has been typed. */
  function ask() {
    clearTimeout(pause);
    limit = TEN;
    remember();
    answer();
  }

  /** The query that the address has. */
  function addressed() {
    return new URLSearchParams(location.search).get("q") ?? "";
  }

  /** Search for what the address asks for. */
  function askAddress() {
    input.value = addressed();
    ask();
  }

  async function showMore() {
    const first = list.children.length;
    limit += 2 * TEN;
    await answer();
    links()[first]?.focus();
  }

  function links() {
    return [...list.querySelectorAll("a")];
  }

  /** Move the focus from the input through the results and back. @param {number} by */
  function move(by) {
    const stops = [input, ...links()];
    const at = stops.findIndex((stop) => stop === document.activeElement);
    stops[Math.min(Math.max(at + by, 0), stops.length - 1)].focus();
  }

  function focusInput() {
    input.focus();
    input.select();
  }

  function clear() {
    input.value = "";
    input.focus();
    ask();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const here = target === input || list.contains(target);
    const elsewhere = !target.matches("input, textarea, select") && !target.isContentEditable;
    const action = {
      "/": elsewhere && focusInput,
      ArrowDown: here && (() => move(1)),
      ArrowUp: here && (() => move(-1)),
      Escape: here && clear,
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  if (location.protocol === "file:" && list.dataset.disk === undefined) {
    const why = "Searching needs a web server: this site was not made for being searched from a disk. There is a list of ";
    return show([why, allPapers(), "."], [], false);
  }

  list.after(more);
  more.addEventListener("click", showMore);
  document.addEventListener("keydown", onKey);
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = window.setTimeout(ask, PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  addEventListener("popstate", askAddress);
  // A browser that comes back to the page may put another text into the input, after this script has run.
  addEventListener("pageshow", () => {
    if (input.value.trim() !== addressed()) askAddress();
  });
  askAddress();
})();
