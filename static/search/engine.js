"use strict";

/**
 * The search engine, without the page. It takes a query's words apart (terms.js), finds what each stands for
 * (completion.js, spelling.js, synonyms.js) in the files of the index (files.js), has the papers ranked (ranking.js), and keeps those
 * that the query's demands (syntax.js) and the reader's filters leave (selection.js). What a query of words that papers
 * have needs comes with the first of the three scripts that a page fetches, demands (further.js) with the second, and
 * with the third what few queries need (seldom.js).
 *
 * @typedef {Token & {count: number}} Word a word of the query, and how often its term is there
 * @typedef {{typed: string, meant: string, count: number, forms: Map<string, Postings>, postings: Postings}} Clause
 *   one word of the query, the term that is meant, as far as that is clear, how often it is there, the terms it stands
 *   for, and their postings merged
 * @typedef {{words: Clause[], synonyms: Synonym[]}} Concept
 *   words of the query that are meant together, and what else is said for them: most often one word and nothing
 * @typedef {{limit?: number, prefix?: boolean, repair?: boolean, filters?: Demand[], sort?: string}} Options
 *   how many results at most; whether the last word is unfinished; whether misspelt words are replaced, which they are if
 *   nothing is said; what papers must have beside what the query demands; by relevance, newest or title
 * @typedef {ReturnType<typeof createEngine>} Engine
 * @typedef {{number: number, slug: string, title: string, score: number, matched: string[]}} Result
 *   a paper, its score, and the terms of the query that it has
 * @typedef {{results: Result[], total: number, unknown: string[], repaired: Repair[],
 *   also: string[], partly: string[], alike: number, numbers: number[], having: number[], unread: number, unmet: Item[],
 *   weights: Map<string, number>}} Answer
 *   the best papers, how many have what was asked for, words that are in no paper, words that were taken for others,
 *   synonyms that were searched for as well, words so common that papers which say them in passing are not all counted,
 *   how many papers more are there because they are like the best, the numbers
 *   of all papers in their order, and of those that have a word, how many more may have a phrase but were not read for it, demands that no paper meets,
 *   and what each term of the query says
 */

/** What a query may have that is more than words, and some words that have it by chance. */
const MORE_THAN_WORDS = /["“”„|:]|(?:^|[\s,;(])-|\b(?:OR|AND|NOT)\b|\d\.\d{4}|\/\d{7}/u;
/** So many papers more than are shown are put into their order, where all are that were found. */
const ORDERED = 1000;
/** Characters of a query that are read. */
const LONGEST = 10_000;

/**
 * An engine over one index.
 *
 * @typedef {() => Promise<unknown>} Fetch fetches a script, where it is not there yet
 *
 * @param {{load: (path: string) => Promise<any>, textOf?: TextOf, more?: Fetch, seldom?: Fetch}} site `load` reads a
 *   JSON file by its path from the site's root; `textOf` the text of a paper, without which phrases are looked for in
 *   titles alone; `more` fetches the second script, `seldom` the third
 */
function createEngine({ load, textOf, more = async () => {}, seldom = more }) {
  const index = openIndex(load);
  const { withSynonyms } = synonymsOver(index);
  const { adjacent, following } = adjacencyOver(index);
  const { unfinished, isKnown } = completionOver(index, following);

  /** @type {ReturnType<typeof furtherOver> | undefined} */
  let found;
  /** What the second script brings, once it is there. */
  const further = () => (found ??= furtherOver(index, renewing, textOf));
  /** The same, when it is. */
  const later = () => more().then(further);
  /** @type {ReturnType<typeof seldomOver> | undefined} */
  let foundLast;
  /** What the third script brings, when it is there. */
  const last = async () => {
    const [{ facets }] = await Promise.all([later(), seldom()]);
    return (foundLast ??= seldomOver(index, isKnown, facets));
  };

  /**
   * What one word of the query stands for that is complete.
   *
   * @param {Word} word
   * @returns {Promise<Clause>}
   */
  async function complete({ word, term, count }) {
    const postings = await index.postings(term);
    return { typed: word, meant: term, count, forms: new Map(postings.size ? [[term, postings]] : []), postings };
  }

  /**
   * Do something with the index; once more from the beginning where files are gone because the site was built anew.
   *
   * @template Found
   * @param {() => Promise<Found>} work
   * @returns {Promise<Found>}
   */
  async function renewing(work) {
    const manifest = await index.manifest();
    try {
      return await work();
    } catch (error) {
      if ((await index.renewed()) === manifest) throw error;
      return work();
    }
  }

  /**
   * What a query demands and means, and the papers ranked for it, if it has words to rank for.
   *
   * @param {string} query
   * @param {Options} options
   */
  async function ranking(query, options) {
    const typed = query.normalize("NFC").slice(0, LONGEST);
    const { words: text, demands } = MORE_THAN_WORDS.test(typed)
      ? (await later()).parsed(typed)
      : { words: typed, demands: [] };
    const typing = options.prefix ? typed.length : -1;
    const tokens = searched(text);
    // Pairs are needed at last, of all words but the last: asked for now, they come with the postings.
    for (const { term } of tokens.slice(0, -1)) index.pairs(term).catch(() => {});
    const { meant: words, repaired } = await meaning(tokens, typing, options);
    const distinct = counted(words);
    const concepts = await understood(distinct, typing);
    const { papers } = await index.manifest();
    const clauses = concepts.flatMap(({ words }) => words);
    const clauseOf = new Map(distinct.map(({ term }, n) => [term, clauses[n]]));
    const pairs = await adjacent(words.flatMap(({ term }) => clauseOf.get(term) ?? []));
    const { limit = 0, filters = [], sort = "relevance" } = options;
    const most = demands.length || filters.length || sort !== "relevance" ? Infinity : ORDERED + limit;
    const own = ranked(concepts, pairs, distinct.length, papers, Math.min(most, sort === "relevance" ? GIVERS : Infinity));
    const matched = (/** @type {number} */ number) => matching(number, concepts);
    const { scores, related } = distinct.length ? await inCompany(own, options, most) : { scores: undefined, related: [] };
    const alike = new Set(related.filter((number) => !matched(number).length));
    /** @param {number} number */
    const explain = (number) => explained(concepts, pairs, distinct.length, papers, number);
    return { demands, concepts, repaired, papers, scores, matched, alike, explain };
  }

  /**
   * Rank papers for a query.
   *
   * @param {string} query
   * @param {Options} options
   * @returns {Promise<Answer>}
   */
  async function answer(query, options) {
    const { demands, concepts, repaired, papers, scores, matched, alike } = await ranking(query, options);
    const most = Math.max(0, ...concepts.flatMap(({ words }) => words.map(({ postings }) => postings.size)));
    const wordForWord = demands.some(({ not, alternatives }) => !not && alternatives.some(({ phrase }) => phrase));
    const lost = concepts.filter(({ synonyms }) => !synonyms.length).flatMap(({ words }) => words);
    return {
      ...(await listed(scores, demands, options, matched, most, alike)),
      unknown: lost.filter(({ postings }) => !postings.size).map(({ typed }) => typed),
      repaired,
      also: wordForWord ? [] : concepts.flatMap(({ synonyms }) => synonyms.map(({ text }) => text)),
      partly: partlyCounted(concepts, demands, options),
      weights: weightsOf(concepts, papers),
    };
  }

  /**
   * Ranked papers, after the best passed a part of their scores on to their related papers, and these. Not where the newest or the
   * alphabet comes first: what these have no word of would then come before what is meant.
   *
   * @param {Scored[]} scores
   * @param {Options} options
   * @param {number} most
   */
  async function inCompany(scores, { sort = "relevance" }, most) {
    if (sort !== "relevance") return { scores, related: [] };
    const best = await Promise.all(scores.slice(0, GIVERS).map(([number]) => index.paper(number)));
    const related = best.map(([, , others]) => others);
    return { scores: passedOn(scores, related, most), related: related.flat() };
  }

  /**
   * Tell what the score of a paper is made of.
   *
   * @param {string} query
   * @param {number} number
   * @param {Options} options as the paper was searched for
   * @returns {Promise<Explanation>}
   */
  async function explanation(query, number, options) {
    const { scores = [], explain } = await ranking(query, options);
    await seldom();
    return { ...explain(number), score: scores.find(([other]) => other === number)?.[1] ?? 0 };
  }

  /**
   * The same of a paper that was found for the words of a text.
   *
   * @param {Counted[]} words
   * @param {number} number
   * @returns {Promise<Explanation>}
   */
  async function explanationNear(words, number) {
    const { parts } = await (await last()).near.nearest(words);
    const own = parts(number);
    const score = own.reduce((sum, part) => sum + part.score, 0);
    return { parts: own, coverage: 1, own: score, score };
  }

  /**
   * Rank papers for the words of a whole text.
   *
   * @param {Counted[]} words
   * @param {Options} options
   * @returns {Promise<Answer>}
   */
  async function answerNear(words, options) {
    const { scores, matched, weights } = await (await last()).near.nearest(words);
    return { ...(await listed(scores, [], options, matched)), unknown: [], repaired: [], also: [], partly: [], weights };
  }

  /**
   * The ranked papers that demands and filters leave.
   *
   * @param {Scored[] | undefined} scores
   * @param {Demand[]} demands
   * @param {Options} options
   * @param {(number: number) => string[]} matched the terms that a paper has of those that were searched for
   * @param {number} [most] how many papers have the commonest word, of which not all may be ranked
   * @param {Set<number>} [alike] those of the ranked papers that have none of the words
   */
  async function listed(scores, demands, options, matched, most = 0, alike = new Set()) {
    const { limit = 10, filters = [], sort = "relevance" } = options;
    const all = [...demands, ...filters];
    const { kept, total, unread, unmet } =
      scores && !all.length && sort === "relevance"
        ? { kept: scores, total: Math.max(scores.length, most + alike.size), unread: 0, unmet: [] }
        : await (await later()).select(all, scores, { limit, sort });
    const results = kept.slice(0, limit).map(async ([number, score]) => {
      const [title, slug] = await index.paper(number);
      return { number, slug, title, score, matched: matched(number) };
    });
    const numbers = kept.map(([number]) => number);
    const having = alike.size ? numbers.filter((number) => !alike.has(number)) : numbers;
    const others = numbers.length - having.length;
    return { results: await Promise.all(results), total: total - others, alike: others, numbers, having, unread, unmet };
  }

  /**
   * The words of a query as they were meant.
   *
   * @param {Token[]} tokens
   * @param {number} typing where the word ends that is still being typed
   * @param {Options} options
   * @returns {Promise<{meant: Token[], repaired: Repair[]}>}
   */
  async function meaning(tokens, typing, { repair = true }) {
    const had = repair ? await Promise.all(tokens.map((token) => isKnown(token, token.end === typing))) : [];
    if (had.every(Boolean)) return { meant: tokens, repaired: [] };
    return (await last()).corrected(tokens, had, typing, () => synonymous(tokens));
  }

  /**
   * The words of a query that are forms of groups of which papers have another form.
   *
   * @param {Token[]} tokens
   */
  async function synonymous(tokens) {
    return (await withSynonyms(tokens)).flatMap(({ start, end }) => tokens.slice(start, end));
  }

  /**
   * What the words of a query stand for, those that are a form of a group together.
   *
   * @param {Word[]} tokens
   * @param {number} typing where the word ends that is still being typed
   * @returns {Promise<Concept[]>}
   */
  async function understood(tokens, typing) {
    const others = tokens.filter(({ end }) => end !== typing).map(({ term }) => term);
    const clauses = await Promise.all(
      tokens.map((token) => (token.end === typing ? unfinished(token, others) : complete(token))),
    );
    const found = await withSynonyms(tokens.map((token, n) => ({ ...token, term: clauses[n].meant })));
    const runOf = tokens.map((_, n) => found.find(({ start, end }) => start <= n && n < end));
    return clauses.flatMap((single, n) => {
      const run = runOf[n];
      if (!run) return [{ words: [single], synonyms: [] }];
      return run.start === n ? [{ words: clauses.slice(n, run.end), synonyms: run.synonyms }] : [];
    });
  }

  return Object.freeze({
    /** The filters, once the second script is there. */
    get facets() {
      return further().renewed;
    },
    /** @param {string} query @param {Options} [options] */
    search: (query, options = {}) => renewing(() => answer(query, options)),
    /** @param {Counted[]} words @param {Options} [options] */
    searchNear: (words, options = {}) => renewing(() => answerNear(words, options)),
    /** @param {string} query @param {number} number @param {Options} [options] */
    explain: (query, number, options = {}) => renewing(() => explanation(query, number, options)),
    /** @param {Counted[]} words @param {number} number */
    explainNear: (words, number) => renewing(() => explanationNear(words, number)),
    /** @param {string} text */
    telling: (text) => renewing(async () => (await last()).near.telling(text)),
    /** @param {string} text */
    references: (text) => renewing(async () => (await last()).near.references(text)),
    /** @param {number} number */
    paper: (number) => renewing(() => index.paper(number)),
  });
}

/**
 * The terms of the query that a paper has, and of synonyms.
 *
 * @param {number} number
 * @param {Concept[]} concepts
 */
function matching(number, concepts) {
  const matched = concepts.flatMap(({ words, synonyms }) => [
    ...words.flatMap(({ forms }) => [...forms.keys()].filter((form) => forms.get(form)?.has(number))),
    ...synonyms.filter(({ postings }) => postings.has(number)).flatMap(({ terms }) => terms),
  ]);
  return [...new Set(matched)];
}

/**
 * Words whose lists were cut, where papers are counted that may be in what was cut off. Of one word alone the number is
 * known.
 *
 * @param {Concept[]} concepts
 * @param {Demand[]} demands
 * @param {Options} options
 */
function partlyCounted(concepts, demands, { filters = [], sort = "relevance" }) {
  const words = concepts.flatMap(({ words }) => words);
  const whole = words.length === 1 && !concepts[0].synonyms.length && !demands.length && !filters.length;
  if (whole && sort === "relevance") return [];
  return words.filter(({ postings }) => postings.rest.papers).map(({ typed }) => typed);
}

/**
 * What each term says that was searched for: the logarithm of its word, or of the synonym that it is of.
 *
 * @param {Concept[]} concepts
 * @param {number} papers
 */
function weightsOf(concepts, papers) {
  /** @type {Map<string, number>} */
  const weights = new Map();
  for (const { words, synonyms } of concepts) {
    const said = [
      ...synonyms.map(({ terms, postings }) => ({ terms, postings })),
      ...words.map(({ forms, postings }) => ({ terms: [...forms.keys()], postings })),
    ];
    for (const { terms, postings } of said) {
      for (const term of terms) weights.set(term, inverseDocumentFrequency(postings.size, papers));
    }
  }
  return weights;
}

/**
 * The words of a text that are searched for.
 *
 * @param {string} text
 */
function searched(text) {
  return terms.tokens(text).filter((token) => token.term);
}

/**
 * Each word once, where it is last, and how often it is there.
 *
 * @param {Token[]} tokens
 */
function counted(tokens) {
  /** @type {Map<string, Word>} */
  const found = new Map();
  for (const token of tokens) {
    const count = 1 + (found.get(token.term)?.count ?? 0);
    found.delete(token.term);
    found.set(token.term, { ...token, count });
  }
  return [...found.values()];
}

/**
 * Cut a text where words begin and end whose terms matched.
 *
 * @param {string} text
 * @param {string[]} matched
 * @returns {{text: string, hit: boolean}[]}
 */
function highlighted(text, matched) {
  const pieces = [];
  let end = 0;
  for (const token of terms.tokens(text)) {
    if (!matched.includes(token.term)) continue;
    pieces.push({ text: text.slice(end, token.start), hit: false });
    pieces.push({ text: text.slice(token.start, token.end), hit: true });
    end = token.end;
  }
  pieces.push({ text: text.slice(end), hit: false });
  return pieces.filter((piece) => piece.text);
}
