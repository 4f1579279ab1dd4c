/** Files of an index as tests write them, brought into the form in which they are stored. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** @typedef {string | [title: string, slug: string, ...related: number[]]} Entry of a paper; a slug "" follows from the title */

/**
 * A block of titles and related papers, whose numbers have one digit in base 26.
 *
 * @param {Entry[]} entries
 */
export function block(entries) {
  const rows = entries.map((entry) => (typeof entry === "string" ? [entry, ""] : entry));
  const line = (/** @type {(string | number)[]} */ [title, slug]) => (slug ? `${title}\t${slug}` : `${title}`);
  const near = (/** @type {(string | number)[]} */ [, , ...related]) => related.map((number) => LETTERS[Number(number)]).join("");
  return [rows.map(line).join("\n"), rows.map(near).join(" ")];
}

/**
 * What a shard of postings has of words, made from the lexicon.
 *
 * @param {Record<string, string>} lexicon
 */
function wordsOf(lexicon) {
  /** @type {[string, number][]} */
  const counted = Object.entries(lexicon).flatMap(([pair, code]) => {
    const parts = code.split(" ");
    return parts.flatMap((part, n) => {
      const after = parts.slice(n).filter((other) => other === "|").length;
      return part === "|" ? [] : [/** @type {[string, number]} */ ([pair + part, after])];
    });
  });
  const most = Math.max(0, ...counted.map(([, class_]) => class_));
  const classes = Array.from({ length: most + 1 }, (_, n) => counted.filter(([, class_]) => class_ === most - n));
  return classes.map((words) => words.map(([word]) => word).sort().join(" ")).join(" | ").replace(/ {2,}/gu, " ").trim();
}

/**
 * The content of a file of an index with one shard of postings, whose words are those of its lexicon; the pairs of a term
 * are given with the postings, behind a plus.
 *
 * @param {Record<string, any>} files
 * @param {string} path
 * @param {string} [words] the path of the lexicon
 */
export function stored(files, path, words = path.replace("/terms/", "/words/")) {
  if (/\/papers\//u.test(path)) return block(files[path]);
  if (/\/pairs\//u.test(path)) {
    const marked = Object.entries(files[path.replace("/pairs/", "/terms/")]).filter(([key]) => key.startsWith("+"));
    return Object.fromEntries(marked.map(([key, pairs]) => [key.slice(1), pairs]));
  }
  if (/\/terms\//u.test(path) && files[words]) return { ...files[path], "": wordsOf(files[words]) };
  return files[path];
}
