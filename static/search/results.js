"use strict";

/**
 * The list of results: titles at once; passages of those that are seen, as soon as their pages are there.
 */

/** Characters of a passage where lines are long, and where they are short. */
const PASSAGE = { wide: 240, narrow: 160 };
/** A reader who types on sees no passages of what was shown on the way. */
const REST_MS = 250;

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
    const known = texts.known(result.slug);
    const { made, passage, reasons } = resultItem(result, root);
    if (known) passage.append(...why(result, known, weights));
    // What its rank is made of is asked for when somebody wants to know.
    reasons.addEventListener("toggle", async () => reasons.append(await explain(result.number)), { once: true });
    if (!known) {
      waiting.set(made, { result, weights });
      seen.observe(made);
    }
    return made;
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
