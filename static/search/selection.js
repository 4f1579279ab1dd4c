"use strict";

/**
 * Which of the ranked papers a query's demands and the reader's filters leave.
 *
 * @typedef {[number: number, score: number]} Scored
 * @typedef {{kept: Scored[], total: number, unread: number, unmet: Item[]}} Selected
 *   the papers left (of those by title the best), how many they are, how many may have a demanded phrase but were not read for it, and what no paper has
 * @typedef {(slug: string) => Promise<string>} TextOf gives the text of a paper, without its title
 */

/** As many papers are read for a phrase at first; more when more results are wanted. */
const READ = 60;
/** As many papers are put into the order of their titles. */
const TITLES = 400;

/**
 * @param {Index} index
 * @param {ReturnType<typeof facetsOver>} facets
 * @param {TextOf} [textOf]
 */
function selectionOver(index, facets, textOf) {
  /** The papers that have an item; of a phrase those that have its words. @param {Item} item */
  async function papersOf({ field, text }) {
    if (field) return facets.papersOf(field, text);
    const lists = await Promise.all(searched(text).map(({ term }) => index.allPapers(term)));
    return inEach(lists.map((papers) => new Set(papers)));
  }

  /**
   * Tell whether a paper has a phrase, or nothing where its text cannot be read.
   *
   * @param {number} number
   * @param {Item} item
   */
  async function says(number, { field, text }) {
    const [title, slug] = await index.paper(number);
    if (hasPhrase(text, title)) return true;
    if (field === "title") return false;
    return textOf?.(slug).then(
      (body) => hasPhrase(text, body),
      () => undefined,
    );
  }

  /**
   * @param {Demand[]} demands
   * @param {Scored[] | undefined} scores the ranked papers; nothing where no word of the query ranks any
   * @param {{limit: number, sort: string}} options
   * @returns {Promise<Selected>}
   */
  async function select(demands, scores, { limit, sort }) {
    if (!demands.length) return { kept: await sorted(scores ?? [], sort), total: scores?.length ?? 0, unread: 0, unmet: [] };
    const asked = await Promise.all(
      demands.map(async ({ not, alternatives }) => {
        const papers = await Promise.all(alternatives.map(papersOf));
        return { not, alternatives: alternatives.map((item, n) => ({ item, papers: papers[n] })) };
      }),
    );
    const wanted = asked.filter(({ not }) => !not);
    const unmet = wanted.flatMap(({ alternatives }) => alternatives.filter(({ papers }) => !papers.size));
    const all = scores ?? anyOf(wanted[0]);
    /** What is known of a paper without reading it. @param {number} number */
    const known = (number) => {
      const verdicts = asked.map(({ not, alternatives }) => {
        const having = alternatives.filter(({ papers }) => papers.has(number));
        if (having.some(({ item }) => !item.phrase)) return !not;
        return having.length ? undefined : not;
      });
      return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
    };
    /** What is known after reading it. @param {number} number */
    const read = async (number) => {
      const verdicts = asked.map(async ({ not, alternatives }) => {
        const having = alternatives.filter(({ papers }) => papers.has(number));
        const said = await Promise.all(having.map(({ item }) => !item.phrase || says(number, item)));
        if (said.includes(true)) return !not;
        return said.includes(undefined) ? undefined : not;
      });
      const found = await Promise.all(verdicts);
      return found.includes(false) ? false : found.includes(undefined) ? undefined : true;
    };

    const verdicts = new Map(all.map(([number]) => [number, known(number)]));
    const open = all.filter(([number]) => verdicts.get(number) === undefined);
    await Promise.all(open.slice(0, READ + limit).map(async ([number]) => verdicts.set(number, await read(number))));
    const kept = all.filter(([number]) => verdicts.get(number));
    const unread = open.filter(([number]) => verdicts.get(number) === undefined).length;
    return { kept: await sorted(kept, sort), total: kept.length, unread, unmet: unmet.map(({ item }) => item) };
  }

  /** @param {Scored[]} kept @param {string} sort */
  async function sorted(kept, sort) {
    if (sort === "newest") return kept.toSorted(([m], [n]) => n - m);
    if (sort !== "title") return kept;
    const best = kept.slice(0, TITLES);
    const titled = await Promise.all(best.map(async (row) => ({ row, title: (await index.paper(row[0]))[0] })));
    const { compare } = new Intl.Collator("en", { ignorePunctuation: true, numeric: true });
    return titled.sort((a, b) => compare(a.title, b.title)).map(({ row }) => row);
  }

  return Object.freeze({ select });
}

/**
 * The papers that one of some alternatives has, the newest first: what there is to choose from where nothing is ranked.
 *
 * @param {{alternatives: {papers: Set<number>}[]}} [demand]
 * @returns {Scored[]}
 */
function anyOf(demand) {
  const numbers = new Set(demand?.alternatives.flatMap(({ papers }) => [...papers]));
  return [...numbers].sort((m, n) => n - m).map((number) => [number, 0]);
}
