"use strict";

/**
 * The panel of filters: topics, tags, collections and years with the number of papers that each leaves. A box that is
 * ticked keeps papers that have the value, "not" leaves them out.
 */

/** Values of a field that are shown at first. */
const FEW = 8;
/** @type {Record<string, string>} */
const GROUPS = { topic: "Topics", tag: "Tags", in: "Collections", year: "Years" };

/**
 * @param {HTMLDetailsElement} panel
 * @param {{facets: Engine["facets"], onChange: (filters: Filter[]) => void}} page
 */
function filtersIn(panel, { facets, onChange }) {
  const body = element("div", { className: "groups" });
  const clear = element("button", { type: "button", textContent: "Clear all filters", hidden: true });
  const summary = /** @type {HTMLElement} */ (panel.querySelector("summary"));
  /** @type {Set<string>} fields of which all values are shown */
  const whole = new Set();
  /** @type {Filter[]} */
  let chosen = [];
  /** @type {{numbers?: number[], anyYear?: number[], tags: string[]}} */
  let shown = { tags: [] };
  /** Whether there is something to show yet. */
  let ready = false;
  let turn = 0;
  panel.append(body, clear);

  /** @param {Filter} filter */
  const isChosen = (filter) => chosen.some((other) => keyOf(other) === keyOf(filter) && other.not === filter.not);

  /** Choose a value or leave it out, or neither where it is so already. @param {Filter} filter */
  function toggle(filter) {
    const others = chosen.filter((other) => keyOf(other) !== keyOf(filter));
    onChange(isChosen(filter) ? others : [...others, filter]);
  }

  /**
   * A value with its two choices.
   *
   * @param {Facet} facet
   * @param {number} count
   */
  function row({ field, value, name }, count) {
    const [only, not] = [{ field, value, not: false }, { field, value, not: true }];
    const box = element("input", { type: "checkbox", checked: isChosen(only) });
    const told = element("span", { className: "count", textContent: String(count) }, [unseen(count === 1 ? " paper" : " papers")]);
    const without = element("button", { type: "button", textContent: "not", title: `Leave out ${name}` });
    without.setAttribute("aria-label", `Not ${name}`);
    without.setAttribute("aria-pressed", String(isChosen(not)));
    box.dataset.key = keyOf(only);
    without.dataset.key = `-${keyOf(only)}`;
    box.addEventListener("change", () => toggle(only));
    without.addEventListener("click", () => toggle(not));
    const label = element("label", {}, [box, element("span", { textContent: name }), told]);
    return element("div", { className: "choice" }, field === "year" ? [label] : [label, without]);
  }

  /**
   * @param {string} field
   * @param {{facet: Facet, count: number}[]} values
   */
  function group(field, values) {
    const rows = (whole.has(field) ? values : values.slice(0, FEW)).map(({ facet, count }) => row(facet, count));
    const rest = values.length - rows.length;
    const made = element("fieldset", {}, [element("legend", { textContent: GROUPS[field] }), ...rows]);
    if (rest > 0) {
      const all = element("button", { type: "button", className: "all", textContent: `${rest} more` }, [
        unseen(` ${GROUPS[field].toLowerCase()}`),
      ]);
      all.addEventListener("click", () => {
        whole.add(field);
        render().then(() => focus(body.querySelectorAll(`fieldset[data-field="${field}"] input`)[FEW]));
      });
      made.append(all);
    }
    made.dataset.field = field;
    return made;
  }

  /** Show the values that papers of the list have, those of most papers first, and what is chosen. */
  async function render() {
    const mine = ++turn;
    const named = [...new Set([...chosen.filter(({ field }) => field === "tag").map(({ value }) => value), ...shown.tags])];
    const [values, tags] = await Promise.all([facets.all(), Promise.all(named.map(facets.tag))]);
    if (mine !== turn) return;
    const [numbers, anyYear] = [shown.numbers, shown.anyYear].map((list) => list && new Set(list));
    const counted = [...values, ...tags.filter((facet) => facet !== undefined)].map((facet) => {
      const list = facet.field === "year" ? anyYear : numbers;
      return { facet, count: list ? facet.papers.filter((number) => list.has(number)).length : facet.papers.length };
    });
    /** Whether a value is chosen or left out: such come first. @param {Facet} facet */
    const isAny = (facet) => chosen.some((filter) => keyOf(filter) === keyOf(facet));
    const kept = counted.filter(({ facet, count }) => count || isAny(facet));
    const focused = body.contains(document.activeElement) ? document.activeElement : undefined;
    const key = focused instanceof HTMLElement ? focused.dataset.key : undefined;
    const groups = Object.keys(GROUPS).map((field) => {
      const some = kept.filter(({ facet }) => facet.field === field).sort(field === "year" ? byYear : byCount);
      some.sort((a, b) => Number(isAny(b.facet)) - Number(isAny(a.facet)));
      return some.length ? group(field, some) : "";
    });
    body.replaceChildren(...groups);
    if (key) focus(body.querySelector(`[data-key="${CSS.escape(key)}"]`));
    clear.hidden = !chosen.length;
    summary.replaceChildren("Filters", ...(chosen.length ? [` (${chosen.length} chosen)`] : []));
  }

  clear.addEventListener("click", () => {
    onChange([]);
    summary.focus();
  });
  panel.addEventListener("toggle", show);

  /** Show the panel's content if it is open. */
  function show() {
    if (panel.open && ready) render().catch(() => body.replaceChildren("The filters could not be read."));
  }

  return Object.freeze({
    /**
     * Show how many papers of a list each value leaves.
     *
     * @param {Filter[]} filters
     * @param {{numbers?: number[], anyYear?: number[]}} lists all papers of the list, and those of any year; without
     *   them each value tells how many papers it has
     */
    show(filters, { numbers, anyYear }) {
      chosen = filters;
      shown = { ...shown, numbers, anyYear };
      ready = true;
      summary.replaceChildren("Filters", ...(chosen.length ? [` (${chosen.length} chosen)`] : []));
      show();
    },
    /** Offer the tags that papers have. @param {string[]} tags */
    offer(tags) {
      if (tags.join() === shown.tags.join()) return;
      shown = { ...shown, tags };
      show();
    },
  });
}

/** @param {Element | null | undefined} found */
function focus(found) {
  if (found instanceof HTMLElement) found.focus();
}

/** @param {{field: string, value: string}} facet */
function keyOf({ field, value }) {
  return `${field}:${value}`;
}

/** @typedef {{facet: Facet, count: number}} CountedFacet */

/** @param {CountedFacet} a @param {CountedFacet} b */
function byCount(a, b) {
  return b.count - a.count || a.facet.name.localeCompare(b.facet.name);
}

/** @param {CountedFacet} a @param {CountedFacet} b */
function byYear(a, b) {
  return Number(b.facet.value) - Number(a.facet.value);
}

/** Words for those who listen to the page. @param {string} text */
function unseen(text) {
  return element("span", { className: "unseen", textContent: text });
}
