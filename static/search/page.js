"use strict";

/**
 * The search page: what is typed, pasted and chosen goes to the engine, what the engine finds goes to the page, and all
 * of it into the address. On any other page with a search box: what one types is suggested under it.
 *
 * It expects a form[role=search] with an input named q, the path to the site's root in `data-root` of the form or the
 * body, and what templates/search.html has with an id that begins with "search-".
 */
(() => {
  const TEN = 10;
  /** Words and lines from which a pasted text is no query to be typed. */
  const PASTED = { words: 40, lines: 3 };
  const ALL_PAPERS = "all.html";

  const { form, input, root } = searchForm();
  const texts = paperTexts(root);
  const { engine } = begun;
  begun.textOf = (slug) => texts.of(slug).then(({ body }) => body);
  const list = document.getElementById("search-results");
  if (!list) return suggestUnder(form, input, engine, root);

  const part = searchPart;
  const [status, hint, related, here] = ["status", "hint", "related", "references"].map(part);
  const panel = /** @type {HTMLDetailsElement} */ (part("filters"));
  const sort = /** @type {HTMLSelectElement} */ (part("sort"));
  const pasteBox = /** @type {HTMLDetailsElement} */ (part("paste"));
  const pasted = /** @type {HTMLTextAreaElement} */ (part("text"));
  const more = element("button", { type: "button", textContent: "Show more", hidden: true });
  const explain = (/** @type {number} */ number) => explainedBy(number).catch((error) => element("p", {}, failed(error)));
  const results = resultsIn(list, { root, texts, explain, onTexts });
  const filters = filtersIn(panel, { facets: engine.facets, onChange: (filters) => choose({ filters }) });
  const tell = announcer(part("told"));

  let state = stateOf(location.search);
  let limit = TEN;
  /** Where a reader was who comes back; the browser cannot go there before the results are shown. @type {number | undefined} */
  let left = history.state?.y;
  history.scrollRestoration = "manual";
  /** @type {Answer | undefined} what the page shows */
  let answered;
  /** Counts the questions, so that a slow answer does not replace a later one. */
  let asked = 0;
  let pause = 0;
  /** What a pasted text names. @type {{lines: number, found: {slug: string, title: string}[]} | undefined} */
  let named;

  /** @param {Filter[]} filters */
  function optionsOf(filters) {
    return { prefix: true, repair: !state.exact, filters: demandsOf(filters), sort: state.sort };
  }

  /** Find what the state asks for. @param {number} most */
  async function found(most, filtered = state.filters) {
    const options = { ...optionsOf(filtered), limit: most };
    return state.near ? engine.searchNear(nearRead(state.near), options) : engine.search(state.query, options);
  }

  /** Answer what the state asks for; the last word may be unfinished. */
  async function answer() {
    const turn = ++asked;
    if (!state.query.trim() && !state.near && !state.filters.length) {
      show(undefined, [], []);
      return filters.show([], {});
    }
    try {
      const answer = await found(limit);
      if (turn !== asked) return;
      show(answer, [sentence(answer)], hints(answer));
      await surround(answer, turn).catch((error) => {
        if (error instanceof Renewed) throw error;
        if (turn === asked) hint.append(" The filters and what is related could not be read.");
      });
    } catch (error) {
      if (turn === asked) show(undefined, failed(error), []);
    }
  }

  /** Show what stands beside an answer: the filters with their counts, topics and tags. @param {Answer} answer @param {number} turn */
  async function surround(answer, turn) {
    const unbound = state.filters.filter(({ field, not }) => field !== "year" || not);
    const anyYear = unbound.length < state.filters.length ? await found(0, unbound) : answer;
    const about = state.near ? [] : await subjects(engine.facets, state.query);
    if (turn !== asked) return;
    filters.show(state.filters, { numbers: answer.having, anyYear: anyYear.having });
    showRelated(about);
  }

  /** What is said of an answer that did not come. @param {unknown} error */
  function failed(error) {
    if (error instanceof Renewed) return [...renewalTold(error), " There is also a list of ", allPapers(), "."];
    return ["The search index could not be read. ", way(state, "Try again"), ", or see ", allPapers(), "."];
  }

  /**
   * @param {Answer | undefined} answer
   * @param {(string | Node)[]} said
   * @param {(string | Node)[]} hinted
   */
  function show(answer, said, hinted) {
    answered = answer;
    part("page").hidden = false; // not before, so that nothing is seen that moves at once
    status.replaceChildren(...said);
    hint.replaceChildren(...hinted);
    if (!answer) related.replaceChildren();
    results.show(answer?.results ?? [], answer?.weights ?? new Map());
    more.hidden = !answer || answer.numbers.length <= answer.results.length;
    part("tools").hidden = !answer?.results.length;
    part("taken").textContent = "";
    if (left) scrollTo(0, left);
    left = undefined;
    tell(`${status.textContent} ${hint.textContent}`.trim());
  }

  /** @param {Subject[]} about */
  function showRelated(about) {
    const links = about.flatMap((subject) => [subjectLink(root, subject), " "]);
    related.replaceChildren(...(links.length ? ["See also: ", ...links] : []));
  }

  /** What a search found, in words. @param {Answer} answer */
  function sentence(answer) {
    const { results, total, numbers, unknown, unread, unmet } = answer;
    const missing = unknown.map(quoted).join(", ");
    const demanded = unmet.map(({ field, text }) => (field === "id" ? `the id ${text}` : field ? `${field}:${text}` : quoted(text))).join(", ");
    const ordered = state.sort === "title" && total > numbers.length ? ` Only the best ${numbers.length} are put into the order of titles.` : "";
    const read = unread ? `${unread} more have its words, but were not read for the phrase.` : "";
    if (!results.length) return [`Nothing found${nothing(missing, demanded)}`, read].filter(Boolean).join(" ");
    return [
      countTold(answer, state.sort === SORTS[0]) + ordered,
      state.near && `They are the nearest to a text by its words: ${nearRead(state.near).map(({ word }) => word).join(", ")}.`,
      read,
      demanded && `No paper has ${demanded}.`,
      ...wordsTold(answer),
    ]
      .filter(Boolean)
      .join(" ");
  }

  /** Why nothing was found. @param {string} missing @param {string} demanded */
  function nothing(missing, demanded) {
    const { words, demands } = parsed(state.query);
    if (demanded || missing) return `: no paper here has ${demanded || missing}.`;
    if (state.filters.length) return ": no paper is left by the filters.";
    if (demands.some(({ not }) => !not) || searched(words).length) return ": no paper has all of this.";
    if (!terms.tokens(state.query).length) return ": there is no word in this.";
    if (demands.length) return ": say also what the papers shall have, not only what not.";
    return ": words as common as “the” and single letters are not searched for.";
  }

  /** What the reader may want to do about an answer. @param {Answer} answer */
  function hints({ repaired, results, weights }) {
    /** @type {(string | Node)[]} */
    const said = [];
    if (!results.length && (state.query.trim() || state.near)) {
      const some = weights.size || !searched(parsed(state.query).words).length;
      if (state.filters.length && some) said.push(way({ ...state, filters: [] }, "Search without filters"), ". ");
      else said.push("There are also lists: ", place("all.html", "all papers from A to Z"), ", ", place("topics.html", "topics"), ". ");
    }
    if (repaired.length) {
      const meant = repaired.reduceRight((query, { word, start, end }) => {
        return query.slice(0, start) + word + query.slice(end);
      }, state.query.normalize("NFC"));
      said.push("Showing results for ", element("b", { textContent: meant.trim() }), ". Search instead for ");
      said.push(way({ ...state, exact: true }, state.query.trim()), ".");
    } else if (state.exact) {
      said.push("Every word is taken as it was typed. ", way({ ...state, exact: false }, "Allow for typing errors"), ".");
    }
    const words = state.near ? [] : misread(state.query);
    if (words.length) said.push(` Not understood: ${words.map(quoted).join(", ")}. See “What can be typed” below.`);
    if (state.query.trim().length > ADDRESSED) {
      said.push(` The address holds the first ${ADDRESSED} letters of this query.`);
    }
    return said;
  }

  /** @param {string} path @param {string} text */
  function place(path, text) {
    return element("a", { href: root + path, textContent: text });
  }

  /** A link to another state of this page. @param {State} other @param {string} text */
  function way(other, text) {
    const link = element("a", { href: location.pathname + searchOf(other), textContent: text });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(other);
      input.focus();
    });
    return link;
  }

  /** @param {string} word */
  function quoted(word) {
    return `“${word}”`;
  }

  function allPapers() {
    return element("a", { href: root + ALL_PAPERS, textContent: "all papers from A to Z" });
  }

  /** Offer as filters the tags that the shown papers have. */
  function onTexts() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { slug } of answered?.results ?? []) {
      for (const tag of texts.known(slug)?.tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    const often = [...counts].sort(([, a], [, b]) => b - a).map(([tag]) => tag);
    filters.offer(often.slice(0, 2 * FEW));
  }

  /** What the score of a paper is made of, as a table and a sum. @param {number} number */
  async function explainedBy(number) {
    const { parts, coverage, own, score } = state.near
      ? await engine.explainNear(nearRead(state.near), number)
      : await engine.explain(state.query, number, optionsOf(state.filters));
    const round = (/** @type {number} */ value) => value.toFixed(2);
    const cell = (/** @type {string} */ text, scope = "") => element(scope ? "th" : "td", { textContent: text, ...(scope && { scope }) });
    const head = ["word", "how rare", "how strong here", "points"].map((text) => cell(text, "col"));
    const rows = parts.map(({ text, weight, score, kind }) => {
      const cells = [weight, score / weight, score].map((value) => cell(round(value)));
      return element("tr", {}, [cell(text + (kind && ` (${kind})`), "row"), ...cells]);
    });
    const table = element("table", {}, [
      element("thead", {}, [element("tr", {}, head)]),
      element("tbody", {}, rows),
    ]);
    const sum = [
      coverage < 0.995 && `times ${round(coverage)}, since it does not have all of the query`,
      score - own > 0.005 && `plus ${round(score - own)} from papers like it that answer the query`,
      `= ${round(score)}`,
    ];
    const told = element("p", { textContent: sum.filter(Boolean).join("; ") });
    return element("div", {}, rows.length ? [table, told] : [told]);
  }

  /** Take on a state: typing changes the entry of the history, a choice makes one. @param {State} next */
  function go(next, push = true, shown = TEN) {
    clearTimeout(pause);
    state = next;
    limit = shown;
    const address = location.pathname + searchOf(state) + location.hash;
    if (searchOf(state) !== location.search) {
      if (push) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    }
    sort.value = state.sort;
    answer();
  }

  /** The state with what has been typed since. @returns {State} */
  function typed() {
    const same = input.value.trim() === state.query.trim();
    return same ? { ...state, query: input.value } : { ...state, query: input.value, exact: false, near: "" };
  }

  /** Take on a choice, on top of what has been typed, to which back returns. @param {Partial<State>} choice */
  function choose(choice) {
    const now = typed();
    history.replaceState({ shown: limit, named }, "", location.pathname + searchOf(now) + location.hash);
    go({ ...now, ...choice });
  }

  /** Search for what has been typed; to the answer for a text there is a way back. */
  function ask() {
    const next = typed();
    const leaves = Boolean(state.near && !next.near);
    if (leaves) keep();
    showNamed(undefined);
    go(next, leaves);
  }

  /** Note in the history what the address does not tell. */
  function keep() {
    history.replaceState({ shown: limit, y: scrollY, named }, "");
  }

  /** Search for what the address asks for. */
  function askAddress() {
    state = stateOf(location.search);
    input.value = state.query;
    showNamed(history.state?.named);
    go(state, false, history.state?.shown);
  }

  async function showMore() {
    const first = results.links().length;
    limit += 2 * TEN;
    await answer();
    results.links()[first]?.focus();
  }

  function clear() {
    input.value = "";
    input.focus();
    ask();
  }

  /** Search with a whole text, and tell which papers it names. */
  async function askText() {
    const text = pasted.value.trim();
    if (!text) return pasted.focus();
    status.textContent = "Reading the text.";
    try {
      const [words, { lines, found }] = await Promise.all([engine.telling(text), engine.references(text)]);
      input.value = "";
      if (words.length) go({ ...state, query: "", exact: false, near: nearWritten(words) });
      else show(undefined, ["Nothing found: no paper here has a word of this text."], []);
      showNamed({ lines, found: found.map(({ slug, title }) => ({ slug, title })) });
      status.tabIndex = -1;
      status.focus(); // the answer may be far above the box on a phone
    } catch (error) {
      show(undefined, failed(error), []);
    }
  }

  /** Show which papers a text names. @param {typeof named} known */
  function showNamed(known) {
    named = known;
    const { lines = 0, found = [] } = named ?? {};
    const items = found.map(({ slug, title }) =>
      element("li", {}, [element("a", { href: `${root}papers/${slug}.html`, textContent: title })]),
    );
    const head = `${found.length} of the ${lines} lines that may be references ${found.length === 1 ? "is" : "are"} here`;
    here.replaceChildren(...(found.length ? [element("h2", { textContent: head }), element("ul", {}, items)] : []));
  }

  /** A long text that is pasted into the field moves to the box for texts. @param {ClipboardEvent} event */
  function onPaste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (terms.tokens(text).length < PASTED.words && text.trim().split("\n").length < PASTED.lines) return;
    event.preventDefault();
    pasteBox.open = true;
    pasted.value = text;
    askText();
  }

  /** The list as a file. @param {string} kind */
  async function take(kind) {
    try {
      if (answered) await takeOf(answered, kind);
    } catch (error) {
      say("The file could not be made; try again.");
      if (error instanceof Renewed) part("taken").replaceChildren(...renewalTold(error));
    }
  }

  /** @param {Answer} answer @param {string} kind */
  async function takeOf({ total, alike, numbers }, kind) {
    await begun.seldom();
    const papers = await Promise.all(numbers.slice(0, EXPORTED).map((number) => engine.paper(number)));
    const slugs = papers.map(([, slug]) => slug);
    const read = await collected(slugs, texts.of, (count) => say(`${count} of ${slugs.length} papers read.`));
    // A file's place on a disk leads nobody else there.
    const here = READABLE ? location.href : document.querySelector("link[rel=canonical]")?.getAttribute("href");
    const addressOf = (/** @type {string} */ slug) => (here ? new URL(`${root}papers/${slug}.html`, here).href : "");
    if (kind === "csv") download("papers.csv", "text/csv", csv(read, addressOf));
    else download("papers.bib", "text/x-bibtex", bibtex(read, addressOf, today()));
    const all = total + alike;
    const first = all > slugs.length ? ` They are the first of ${all}.` : "";
    const lost = slugs.length - read.length;
    const taken = `${read.length} ${read.length === 1 ? "paper is" : "papers are"} in the file.`;
    say(`${taken}${first}${lost ? ` ${lost} could not be read.` : ""}`);
  }

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      say("The link is copied.");
    } catch {
      say("The link could not be copied; it is the address of this page.");
    }
  }

  /** Say what became of the list. @param {string} text */
  function say(text) {
    part("taken").textContent = text;
    tell(text);
  }

  if (location.protocol === "file:" && list.dataset.disk === undefined) {
    const why = "Searching needs a web server: this site was not made for being searched from a disk. There is a list of ";
    panel.hidden = pasteBox.hidden = true;
    return show(undefined, [why, allPapers(), "."], []);
  }

  list.after(more);
  more.addEventListener("click", showMore);
  searchKeys(input, results.links, clear);
  input.addEventListener("paste", onPaste);
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = window.setTimeout(ask, PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The keyboard on a screen covers half of it.
    if (matchMedia("(pointer: coarse)").matches) input.blur();
    ask();
  });
  sort.addEventListener("change", () => choose({ sort: sort.value }));
  part("near").addEventListener("click", askText);
  part("link").addEventListener("click", copyLink);
  for (const kind of ["bibtex", "csv"]) part(kind).addEventListener("click", () => take(kind));
  addEventListener("popstate", askAddress);
  addEventListener("pagehide", keep);
  // A browser that comes back to the page may put another text into the input, after this script has run; what a reader
  // has typed meanwhile is no such text.
  addEventListener("pageshow", () => {
    if (!begun.typed && input.value.trim() !== stateOf(location.search).query.trim()) askAddress();
  });
  if (begun.typed) ask();
  else askAddress();
})();
