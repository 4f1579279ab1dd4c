"use strict";

/**
 * What a page with a search box begins with. On the search page that an address with a query opens, its titles are shown;
 * then the second script is fetched, which does all the rest and begins anew, with the same engine.
 */
const begun = (() => {
  const { input, root } = searchForm();
  const source = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const engine = createEngine({ load: indexLoader(root), textOf: (slug) => begun.textOf(slug), more, seldom });
  /** @type {Map<string, Promise<void>>} */
  const fetched = new Map();

  /** Fetch a script beside this one; once, unless it fails. @param {string} name */
  function fetchScript(name) {
    const known = fetched.get(name);
    if (known) return known;
    /** @type {Promise<void>} */
    const script = new Promise((resolve, reject) => {
      const script = element("script", { src: source.replace(/search\.js/u, name) });
      script.addEventListener("load", () => {
        if (builds[name] === builds["search.js"]) resolve();
        else reject(new Renewed("a script of another build was fetched"));
      });
      script.addEventListener("error", () => reject(new Error("a script of the search could not be fetched")));
      document.head.append(script);
    });
    fetched.set(name, script);
    script.catch(() => fetched.delete(name));
    return script;
  }

  function more() {
    return fetchScript("search-more.js");
  }

  function seldom() {
    return fetchScript("search-seldom.js");
  }

  /** Show what an address finds that has a query and nothing else. @param {HTMLElement} list */
  async function showTitles(list) {
    const asked = [...new URLSearchParams(location.search)];
    if (asked.length !== 1 || asked[0][0] !== "q") return;
    input.value ||= asked[0][1];
    const answer = await engine.search(asked[0][1], { prefix: true });
    if (begun.typed || !answer.total || answer.repaired.length || answer.unmet.length || answer.unread) return;
    searchPart("page").hidden = searchPart("tools").hidden = false;
    searchPart("status").textContent = [countTold(answer), ...wordsTold(answer)].filter(Boolean).join(" ");
    list.replaceChildren(...answer.results.map((result) => resultItem(result, root).made));
  }

  const list = document.getElementById("search-results");
  const readable = READABLE || list?.dataset.disk !== undefined;
  if (list && readable) searchPart("filters").toggleAttribute("open", matchMedia("(min-width: 64rem)").matches);
  const shown = list && readable ? showTitles(list).catch(() => {}) : Promise.resolve();
  shown.then(more).catch((error) => {
    if (!list) return;
    searchPart("page").hidden = false;
    searchPart("status").replaceChildren(...renewalTold(error));
    searchPart("told").textContent = searchPart("status").textContent;
  });
  input.addEventListener("input", () => (begun.typed = true), { once: true });
  // The second script gives these their meaning.
  return { engine, seldom, textOf: /** @type {TextOf} */ (async () => ""), typed: false };
})();
