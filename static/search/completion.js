"use strict";

/**
 * Words of the catalogue by how they begin, and what an unfinished word of a query stands for.
 *
 * @typedef {{term: string, share: number}} Completion a term that a word may become, and what it counts beside the likeliest
 */

/** As many words as complete the one that is being typed; more say less. */
const COMPLETIONS = 6;
/** How much more it says of a word that papers have it behind another word of the query than that they have it. */
const FOLLOWING = 3;
/** The power of a completion's likelihood with which it counts; docs/search.md tells how these were chosen. */
const LIKELIHOOD = 0.2;
/** What completions count beside a word that is one as it stands. */
const BESIDE_EXACT = 0.7;
/** The least part of the likelihood of all completions from which the likeliest is taken for what is meant. */
const CLEAR = 0.5;

/**
 * The catalogue's words around the one that is being typed.
 *
 * @param {Pick<Index, "manifest" | "entry" | "postings" | "wordsLike">} index
 * @param {ReturnType<typeof adjacencyOver>["following"]} following
 */
function completionOver(index, following) {
  /**
   * The terms of words that begin with some letters, the commonest first, and about how many papers have each; and
   * whether the letters are such a word.
   *
   * @param {string} letters
   */
  async function beginning(letters) {
    /** @type {Map<string, number>} */
    const found = new Map();
    const words = [...letters].length < PREFIX ? [] : await index.wordsLike(letters);
    for (const { word, papers } of words) {
      const term = terms.term(word);
      if (term && !found.has(term)) found.set(term, papers);
    }
    return { found, isWord: words.some(({ word }) => word === letters) };
  }

  /**
   * The likeliest of what an unfinished word may become: likely is what many papers have, and many that have other words
   * of the query have right behind these.
   *
   * @param {string} letters
   * @param {string[]} others the terms of the query's other words
   * @returns {Promise<{likely: Completion[], clear: string | undefined, isWord: boolean}>} and the term that is meant, where
   *   the other words make that clear
   */
  async function completions(letters, others) {
    const { papers: all } = await index.manifest();
    const company = await Promise.all(
      others.map(async (other) => {
        const { size } = await index.postings(other);
        return { size, says: size && inverseDocumentFrequency(size, all), behind: await following(other) };
      }),
    );
    const weight = company.reduce((sum, { says }) => sum + says, 0);
    const { found, isWord } = await beginning(letters);
    const weighed = [...found].map(([term, papers]) => {
      const shares = company.map(({ size, says, behind }) => (says && (says * behind(term)) / size) / (weight || 1));
      return { term, likelihood: papers / all + FOLLOWING * shares.reduce((sum, share) => sum + share, 0) };
    });
    const best = weighed.sort((a, b) => b.likelihood - a.likelihood).slice(0, COMPLETIONS);
    const sum = best.reduce((sum, { likelihood }) => sum + likelihood, 0);
    return {
      likely: best.map(({ term, likelihood }) => ({ term, share: (likelihood / best[0].likelihood) ** LIKELIHOOD })),
      clear: best.find(({ likelihood }) => weight && likelihood >= CLEAR * sum)?.term,
      isWord,
    };
  }

  /**
   * What a word of a query stands for that is being typed: itself, if papers have it so, and what it may become. They
   * count together as one term, which each of them says as strongly as it is rare.
   *
   * @param {Word} word
   * @param {string[]} others the terms of the query's other words
   * @returns {Promise<Clause>}
   */
  async function unfinished({ word, term, count }, others) {
    const [own, { papers }, { likely, clear, isWord }] = await Promise.all([
      index.postings(term),
      index.manifest(),
      completions(word, others),
    ]);
    // Letters that are no word may have the term of one by chance, as "summariz" has that of "summarizing".
    const exact = isWord || likely.every((completion) => completion.term === term) ? own : NOWHERE;
    const longer = likely.filter((completion) => !exact.size || completion.term !== term);
    const lists = await Promise.all(longer.map((completion) => index.postings(completion.term)));
    const counted = longer.map((completion, n) => ({ ...completion, postings: lists[n] }));
    const found = exact.size
      ? [{ term, share: 1, postings: exact }, ...counted.map((one) => ({ ...one, share: BESIDE_EXACT * one.share }))]
      : counted;
    const forms = new Map(found.map(({ term, postings }) => [term, postings]));
    const together = merged([...forms.values()]);
    const rarity = (/** @type {Postings} */ { size }) =>
      others.length ? inverseDocumentFrequency(size, papers) / inverseDocumentFrequency(together.size, papers) : 1;
    const postings = merged(found.map((one) => weakened(one.postings, one.share * rarity(one.postings))));
    return { typed: word, meant: exact.size ? term : (clear ?? term), count, forms, postings };
  }

  /**
   * Tell whether a paper has a word, or one that begins so where it is unfinished.
   *
   * @param {Token} token
   * @param {boolean} unfinished
   */
  async function isKnown({ word, term }, unfinished) {
    if ((await index.entry(term, term)) !== undefined) return true;
    return unfinished && (await beginning(word)).found.size > 0;
  }

  return Object.freeze({ unfinished, isKnown });
}

/** Postings of which each says so many times as much. @param {Postings} postings @param {number} factor */
function weakened({ papers, strengths }, factor) {
  return new Postings(papers, strengths.map((strength) => factor * strength));
}
