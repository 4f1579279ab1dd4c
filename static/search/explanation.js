"use strict";

/**
 * What the score of a paper is made of, by the same sums as `ranked` makes.
 *
 * @param {Concept[]} concepts
 * @param {Adjacent[]} adjacent
 * @param {number} words how many words the query has
 * @param {number} papers how many papers the catalogue has
 * @param {number} number
 * @returns {Omit<Explanation, "score">}
 */
function explained(concepts, adjacent, words, papers, number) {
  /** @type {Part[]} */
  const parts = [];
  let [sum, covered, whole] = [0, 0, 0];
  for (const concept of concepts) {
    const { weight, said } = evidence(concept, papers);
    whole += weight;
    const score = said.score[number];
    if (!score) continue;
    sum += score;
    covered += said.covered[number];
    const part = (/** @type {string} */ text, /** @type {Concept} */ { words, synonyms }) => {
      const { weight, said } = evidence({ words, synonyms }, papers);
      return { text, weight, score: said.score[number] ?? 0, kind: synonyms.length ? "means the same" : "" };
    };
    const typed = concept.words.map((word) => part(word.typed, { words: [word], synonyms: [] }));
    const others = concept.synonyms.map((one) => part(one.text, { words: concept.words, synonyms: [one] }));
    const instead = others.find(({ score: other }) => other === score);
    const sumTyped = typed.reduce((all, { score }) => all + score, 0);
    parts.push(...(instead && sumTyped < score ? [instead] : typed.filter(({ score }) => score)));
  }
  for (const { typed, postings, says, share } of cutWords(concepts, papers)) {
    if (postings.has(number) || !sum) continue;
    const score = says * share * postings.rest.strength;
    sum += score;
    covered += says * share;
    parts.push({ text: typed, weight: says, score, kind: "so common that it is guessed" });
  }
  for (const pair of adjacent) {
    const { weight, said } = saidTogether(pair, papers);
    const score = new Map(said).get(number) ?? 0;
    sum += score;
    if (score) parts.push({ text: pair.words.map(({ typed }) => typed).join(" "), weight, score, kind: "side by side" });
  }
  const factor = whole ? coverage(covered / whole, words) : 0;
  return { parts, coverage: factor, own: sum * factor };
}
