"use strict";

/**
 * The one definition of a term, as site_builder/text/terms.py has it: the words of a text, a stop list, and the stems
 * of Whoosh's variant of Porter's algorithm (M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980).
 * A test holds the two equal, word by word.
 *
 * @typedef {{word: string, term: string, start: number, end: number}} Token a word in lower case, its term ("" for a
 *   stop word), and its place in the text
 */
const terms = (() => {
  // Python's \w: letters, numbers and the underscore. Combining marks and symbols are none of it.
  const WORD = /[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu;
  const MIN_SIZE = 2;
  const STOP = new Set(
    (
      "a an and are as at be by can for from have if in is it may not of on or tbd that the this to us we when will " +
      "with yet you your"
    ).split(" "),
  );

  // Porter's measure m of a stem: how often a run of consonants follows a run of vowels.
  const M_OVER_0 = /^[^aeiouy]*[aeiou]+[^aeiouy]+/u;
  const M_IS_1 = /^[^aeiouy]*[aeiou]+[^aeiouy]+[aeiou]*$/u;
  const M_OVER_1 = /^[^aeiouy]*[aeiou]+[^aeiouy]+[aeiou]+[^aeiouy]+/u;
  const HAS_VOWEL = /^[^aeiouy]*[aeiouy]/u;
  /** Consonants, a vowel, a consonant: Porter's *o. */
  const SHORT = /^[^aeiouy]+[aeiouy][^aeiouwxy]$/u;

  const STEP_2 = rules(
    "ational:ate tional:tion enci:ence anci:ance izer:ize bli:ble alli:al entli:ent eli:e ousli:ous ization:ize " +
      "ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble logi:log",
  );
  const STEP_3 = rules("icate:ic ative: alize:al iciti:ic ical:ic ful: ness:");
  const STEP_4 = /^(.+?)(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/u;
  const STEP_4_ION = /^(.+?[st])ion$/u;

  /**
   * Replacements of endings: `{ending: replacement}` and the pattern that finds the longest ending behind a stem.
   *
   * @param {string} table "ending:replacement" pairs
   */
  function rules(table) {
    const replacement = new Map(table.split(" ").map((pair) => /** @type {[string, string]} */ (pair.split(":"))));
    return { replacement, pattern: new RegExp(`^(.+?)(${[...replacement.keys()].join("|")})$`, "u") };
  }

  /**
   * @param {string} word
   * @param {ReturnType<typeof rules>} step
   */
  function replaceEnding(word, { replacement, pattern }) {
    const [, stem, ending] = pattern.exec(word) ?? [];
    return stem && ending && M_OVER_0.test(stem) ? stem + replacement.get(ending) : word;
  }

  /** Step 1a: plurals. @param {string} word */
  function withoutPlural(word) {
    if (word.endsWith("sses") || word.endsWith("ies")) return word.slice(0, -2);
    return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
  }

  /**
   * Step 1b: -eed, -ed, -ing. Whoosh anchors its patterns at the start of the word, so that an "e" comes back only to
   * a bare "at" or "iz" or to a short stem, and doubled consonants stay.
   *
   * @param {string} word
   */
  function withoutPast(word) {
    if (word.endsWith("eed")) return M_OVER_0.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
    const [, stem] = /^(.*)(?:ed|ing)$/u.exec(word) ?? [];
    if (stem === undefined || !HAS_VOWEL.test(stem)) return word;
    return stem === "at" || stem === "iz" || SHORT.test(stem) ? stem + "e" : stem;
  }

  /** Step 1c: a last y behind a vowel. @param {string} word */
  function withoutY(word) {
    return word.endsWith("y") && HAS_VOWEL.test(word.slice(0, -1)) ? word.slice(0, -1) + "i" : word;
  }

  /** Step 4: an ending behind a long stem. @param {string} word */
  function withoutEnding(word) {
    const [, stem] = STEP_4.exec(word) ?? STEP_4_ION.exec(word) ?? [];
    return stem && M_OVER_1.test(stem) ? stem : word;
  }

  /** Step 5: a last e, and one l of two. @param {string} word */
  function withoutE(word) {
    if (word.length > 1 && word.endsWith("e")) {
      const stem = word.slice(0, -1);
      if (M_OVER_1.test(stem) || (M_IS_1.test(stem) && !SHORT.test(stem))) word = stem;
    }
    return word.endsWith("ll") && M_OVER_1.test(word) ? word.slice(0, -1) : word;
  }

  /**
   * The stem of a word in lower case.
   *
   * @param {string} word
   */
  function stem(word) {
    if (characters(word) < 3) return word;
    const startsWithY = word.startsWith("y");
    if (startsWithY) word = "Y" + word.slice(1); // a first y is a consonant
    word = withoutY(withoutPast(withoutPlural(word)));
    word = withoutE(withoutEnding(replaceEnding(replaceEnding(word, STEP_2), STEP_3)));
    return startsWithY ? "y" + word.slice(1) : word;
  }

  /** How many code points, as Python counts. @param {string} word */
  function characters(word) {
    return [...word].length;
  }

  /**
   * The term of one word, or "" for a stop word.
   *
   * @param {string} word
   */
  function term(word) {
    const lower = word.toLowerCase();
    return characters(lower) < MIN_SIZE || STOP.has(lower) ? "" : stem(lower);
  }

  /**
   * Every word of a text.
   *
   * @param {string} text
   * @returns {Token[]}
   */
  function tokens(text) {
    return Array.from(text.matchAll(WORD), ({ 0: written, index }) => ({
      word: written.toLowerCase(),
      term: term(written),
      start: index,
      end: index + written.length,
    }));
  }

  return Object.freeze({ term, tokens });
})();
