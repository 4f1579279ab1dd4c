"use strict";

/**
 * The list of results: titles at once; passages of those that are seen, as soon as their pages are there.
 */

/** Characters of a passage where lines are long, and where they are short. */
const PASSAGE = { wide: 240, narrow: 160 };
/** A reader who types on sees no passages of what was shown on the way. */
const REST_MS = 250;

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

/**
 * @param {HTMLElement} list
 * @param {{root: string, texts: ReturnType<typeof paperTexts>, explain: (number: number) => Promise<Node>,
 *   onTexts: () => void}} page `onTexts` is called when texts of results have come
 */
function resultsIn(list, { root, texts, explain, onTexts }) {
  /** @type {Map<Element, {result: Result, weights: Map<string, number>}>} */
  const waiting = new Map();
  let rest = 0;
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) seen.unobserve(target);
      if (isIntersecting) setTimeout(() => fill(target), rest);
    }
  });

  /** Show the passage of a result. @param {Element} item */
  async function fill(item) {
    const shown = waiting.get(item);
    if (!shown || !item.isConnected) return;
    waiting.delete(item);
    const { result, weights } = shown;
    const text = await texts.of(result.slug).catch(() => undefined);
    item.querySelector(".passage")?.replaceChildren(...(text ? why(result, text, weights) : []));
    if (item.isConnected) onTexts();
  }

  /**
   * Why a paper was found: a passage of its text, or the label that has the words, or what it shows.
   *
   * @param {Result} result
   * @param {PaperText} text
   * @param {Map<string, number>} weights
   */
  function why({ matched }, text, weights) {
    const said = new Map([...weights].filter(([term]) => matched.includes(term)));
    const limit = matchMedia("(min-width: 40rem)").matches ? PASSAGE.wide : PASSAGE.narrow;
    const pieces = passage(text.body, said, limit);
    if (pieces.length) return marked(pieces);
    for (const [name, values] of Object.entries({ Topic: text.topics, Tag: text.tags, Author: text.authors })) {
      const found = values.map((value) => highlighted(value, matched)).find((some) => some.some(({ hit }) => hit));
      if (found && matched.length) return [`${name}: `, ...marked(found), text.finding && ` \u2013 ${text.finding}`];
    }
    const shown = marked(highlighted(text.finding || text.body.slice(0, limit), matched));
    return matched.length || !weights.size ? shown : ["Like papers that were found: ", ...shown];
  }

  /** @param {Result} result @param {Map<string, number>} weights */
  function item(result, weights) {
    const { slug, title, matched, number } = result;
    const known = texts.known(slug);
    const link = element("a", { href: `${root}papers/${slug}.html` }, marked(highlighted(title, matched)));
    const passage = element("p", { className: "passage" }, known && why(result, known, weights));
    const made = element("li", {}, READABLE ? [link, passage] : [link]);
    if (result.score) made.append(reasons(number));
    if (!known) {
      waiting.set(made, { result, weights });
      seen.observe(made);
    }
    return made;
  }

  /** Why a paper has its rank, asked for when somebody wants to know. @param {number} number */
  function reasons(number) {
    const details = element("details", { className: "rank" }, [element("summary", { textContent: "Why this rank?" })]);
    details.addEventListener("toggle", async () => details.append(await explain(number)), { once: true });
    return details;
  }

  /**
   * Show results in the place of those before.
   *
   * @param {Result[]} results
   * @param {Map<string, number>} weights
   */
  function show(results, weights) {
    waiting.clear();
    seen.disconnect();
    rest = list.childElementCount ? REST_MS : 0;
    list.replaceChildren(...results.map((result) => item(result, weights)));
    if (results.some(({ slug }) => texts.known(slug))) onTexts();
  }

  /** The links to the papers. @returns {HTMLAnchorElement[]} */
  const links = () => [...list.querySelectorAll("a")];

  return Object.freeze({ show, links });
}
