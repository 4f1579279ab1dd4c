"use strict";

/**
 * The keys of a search box and what hangs under it: the best few papers, topics and tags while one types.
 *
 * @typedef {Pick<Facet, "field" | "value" | "name">} Subject a topic or a tag that has a page
 */

/** As many papers, and as many topics and tags, are suggested. */
const SUGGESTED = { papers: 6, subjects: 4 };
/** A reader who listens hears of what was found after resting so long. */
const TOLD_MS = 700;
/** One that types on is not answered before. */
const PAUSE_MS = 80;
/** @type {Record<string, string>} */
const PAGES = { topic: "topics", tag: "tags" };

/**
 * Let `/` lead to an input, the arrows from it through links and back, and Esc clear it.
 *
 * @param {HTMLInputElement} input
 * @param {() => HTMLElement[]} links
 * @param {() => void} clear
 */
function searchKeys(input, links, clear) {
  /** @param {number} by */
  function move(by) {
    const stops = [input, ...links()];
    const at = stops.findIndex((stop) => stop === document.activeElement);
    stops[Math.min(Math.max(at + by, 0), stops.length - 1)].focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const here = target === input || links().includes(target);
    const elsewhere = !target.matches("input, textarea, select") && !target.isContentEditable;
    /** @type {Record<string, false | (() => void)>} */
    const actions = {
      "/": elsewhere && (() => (input.focus(), input.select())),
      "ArrowDown": here && (() => move(1)),
      "ArrowUp": here && (() => move(-1)),
      "Escape": here && clear,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/**
 * Return what says something to those who listen to the page, once nothing else was to be said for a while.
 *
 * @param {HTMLElement} status with role="status"
 */
function announcer(status) {
  let rest = 0;
  return (/** @type {string} */ text) => {
    clearTimeout(rest);
    rest = window.setTimeout(() => {
      if (status.textContent !== text) status.textContent = text;
    }, TOLD_MS);
  };
}

/**
 * The topics and tags that a query may mean: those in whose names its words begin words, and tags that begin with it.
 *
 * @param {Engine["facets"]} facets
 * @param {string} query
 * @returns {Promise<Subject[]>}
 */
async function subjects(facets, query) {
  if (slugOf(query).length < PREFIX || parsed(query).demands.length) return [];
  const [topics, tags] = await Promise.all([facets.topicsLike(query), facets.tagsLike(query)]);
  return [...topics.slice(0, SUGGESTED.subjects), ...tags.slice(0, SUGGESTED.subjects)];
}

/** @param {string} root @param {Subject} subject */
function subjectLink(root, { field, value, name }) {
  return element("a", { href: `${root}${PAGES[field]}/${value}.html`, textContent: name });
}

/**
 * Show under the box of a page that is not the search's what one types may mean.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @param {Engine} engine
 * @param {string} root
 */
function suggestUnder(form, input, engine, root) {
  const list = element("ul", { id: "suggestions" });
  const box = element("div", { className: "suggestions", hidden: true }, [list]);
  const status = element("p", { className: "unseen" });
  status.setAttribute("role", "status");
  form.append(box, status);
  const tell = announcer(status);
  let asked = 0;
  let pause = 0;

  const links = () => [...list.querySelectorAll("a")];
  /** @param {HTMLLIElement[]} items */
  function show(items) {
    list.replaceChildren(...items);
    box.hidden = !items.length;
  }

  async function suggest() {
    const turn = ++asked;
    const query = input.value;
    if (!query.trim()) return show([]);
    const found = await engine.search(query, { limit: SUGGESTED.papers, prefix: true }).catch(() => undefined);
    const about = found ? await subjects(engine.facets, query).catch(() => []) : [];
    if (turn !== asked) return;
    const address = `${form.action}?${new URLSearchParams({ q: query.trim() })}`;
    const way = (/** @type {string} */ text) => element("li", {}, [element("a", { href: address, textContent: text })]);
    if (!found) return show([way(`Search for “${query.trim()}”`)]);
    const papers = found.results.map(({ slug, title, matched }) =>
      element("li", {}, [element("a", { href: `${root}papers/${slug}.html` }, marked(highlighted(title, matched)))]),
    );
    const others = about.map((subject) => {
      const kind = element("span", { className: "count", textContent: subject.field });
      return element("li", {}, [subjectLink(root, subject), " ", kind]);
    });
    const { total, alike } = found;
    const rest = total > papers.length ? `All ${total} papers` : total + alike > papers.length ? "More papers like these" : "";
    const none = !papers.length && !others.length ? `No paper found for “${query.trim()}”: see why` : "";
    show([...papers, ...others, ...[none || rest].filter(Boolean).map(way)]);
    const told = [total === 1 ? "1 paper found" : `${total || "No"} papers found`];
    if (others.length) told.push(others.length === 1 ? "1 topic or tag" : `${others.length} topics and tags`);
    tell(`${told.join(", ")}${none ? "" : "; the arrow keys lead to them"}.`);
  }

  function clear() {
    input.value = "";
    input.focus();
    suggest();
  }

  searchKeys(input, links, clear);
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = window.setTimeout(suggest, PAUSE_MS);
  });
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !form.contains(/** @type {Node} */ (relatedTarget))) show([]);
  });
  suggest();
}
