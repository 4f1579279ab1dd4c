"use strict";

/** What both scripts of the search put on the page. */

/** Whether pages can be read: browsers let no page from a disk read another, but scripts beside them. */
const READABLE = globalThis.location?.protocol !== "file:";
/** Synonyms that are named; who listens to the page hears them all before the results. */
const NAMED = 4;

/**
 * Make an element with properties and children.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties]
 * @param {(string | Node)[]} [children]
 * @returns {HTMLElementTagNameMap[Name]}
 */
function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/**
 * Text of which words are marked.
 *
 * @param {Piece[]} pieces
 */
function marked(pieces) {
  return pieces.map(({ text, hit }) => (hit ? element("mark", { textContent: text }) : text));
}

/** The form of a search box, its input, and the path from the page to the site's root. */
function searchForm() {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form[role=search]"));
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
  return { form, input, root: form.dataset.root ?? document.body.dataset.root ?? "" };
}

/** A part of the search page. @param {string} name */
function searchPart(name) {
  return /** @type {HTMLElement} */ (document.getElementById(`search-${name}`));
}

/** Why the search cannot go on, with the way to load the page and its scripts again. @param {unknown} error */
function renewalTold(error) {
  const link = element("a", { href: location.href, textContent: "Load this page again" });
  link.onclick = () => {
    // A page that is loaded again takes its scripts from the browser's cache where the host allowed that.
    const fetched = [...document.scripts].map(({ src }) => src && fetch(src, { cache: "reload" }));
    Promise.allSettled(fetched).then(() => location.reload());
    return false;
  };
  return [error instanceof Renewed ? "The catalogue was renewed. " : "The search could not be read. ", link, "."];
}

/**
 * The line of a result: the title, room for a passage, and what asks for reasons.
 *
 * @param {Result} result
 * @param {string} root
 */
function resultItem({ slug, title, matched, score }, root) {
  const link = element("a", { href: `${root}papers/${slug}.html` }, marked(highlighted(title, matched)));
  const passage = element("p", { className: "passage" });
  const reasons = element("details", { className: "rank" }, [element("summary", { textContent: "Why this rank?" })]);
  const made = element("li", {}, [link, passage, ...(score ? [reasons] : [])]);
  return { made, passage, reasons };
}

/**
 * How many papers were found for the words of a query, in sentences.
 *
 * @param {Answer} answer
 * @param {boolean} [best] whether what is shown are the best
 */
function countTold({ results, total, alike, partly }, best = true) {
  const more = best && total + alike > results.length;
  const few = total < results.length; // so that others, which are like them, are among those shown
  const shown = more && !few ? `, the best ${results.length} are shown` : "";
  const found = `${partly.length ? "At least " : ""}${total} ${total === 1 ? "paper" : "papers"} found${shown}.`;
  if (!alike) return found;
  const [have, are] = alike === 1 ? ["has", "is"] : ["have", "are"];
  const like = `${found} ${alike} more ${have} none of the words, but ${are} like the best.`;
  return more && few ? `${like} The best ${results.length} of all are shown.` : like;
}

/** Which words no paper has, which were searched for as well, and which were not all counted. @param {Answer} answer */
function wordsTold({ unknown, also, partly }) {
  const [missing, common] = [unknown, partly].map((words) => words.map((word) => `“${word}”`).join(", "));
  const rest = also.length - NAMED;
  const others = also.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return [missing && `No paper has ${missing}.`, also.length && `Also searched for: ${others}.`, common && `Papers that say ${common} only in passing are not all counted.`];
}
