"use strict";

/**
 * A list to take away: its address, or its papers as BibTeX or CSV, read from their pages.
 */

/** As many papers are read for a file. */
const EXPORTED = 200;
/** Pages that are read at once. */
const AT_ONCE = 6;
/** What a citation says of a page's address, and of the day when it was read there, before these are known. */
const ADDRESS_LACKING = /,\n *url *= \{ADDRESS OF THIS PAGE\},\n *urldate *= \{YYYY-MM-DD\}/u;

/**
 * Papers of a list with their texts, the first of it. Pages that cannot be read are left out.
 *
 * @param {string[]} slugs
 * @param {(slug: string) => Promise<PaperText>} textOf
 * @param {(read: number) => void} onRead called with how many are read
 */
async function collected(slugs, textOf, onRead) {
  /** @type {{slug: string, text: PaperText}[]} */
  const found = [];
  for (let at = 0; at < slugs.length; at += AT_ONCE) {
    const some = slugs.slice(at, at + AT_ONCE);
    const texts = await Promise.all(some.map((slug) => textOf(slug).catch(() => undefined)));
    texts.forEach((text, n) => text && found.push({ slug: some[n], text }));
    onRead(found.length);
  }
  return found;
}

/**
 * The papers as BibTeX, as their pages give it.
 *
 * @param {{slug: string, text: PaperText}[]} papers
 * @param {(slug: string) => string} addressOf of their pages; nothing where they have none that leads others there
 * @param {string} today YYYY-MM-DD
 */
function bibtex(papers, addressOf, today) {
  const entries = papers.map(({ slug, text }) => {
    const address = addressOf(slug);
    return (address ? text.citation : text.citation.replace(ADDRESS_LACKING, ""))
      .replace("= {YYYY-MM-DD}", () => `= {${today}}`)
      .replace("= {ADDRESS OF THIS PAGE}", () => `= {${address}}`);
  });
  return entries.map((entry) => `${entry}\n`).join("\n");
}

/**
 * The papers as CSV (RFC 4180), a line each.
 *
 * @param {{slug: string, text: PaperText}[]} papers
 * @param {(slug: string) => string} addressOf
 */
function csv(papers, addressOf) {
  const head = ["title", "authors", "year", "published", "arxiv", "doi", "topics", "tags", "address"];
  const lines = papers.map(({ slug, text }) => [
    ...[text.title, text.authors.join("; "), cited(text, "year"), text.published, cited(text, "eprint")],
    ...[cited(text, "doi"), text.topics.join("; "), text.tags.join("; "), addressOf(slug)],
  ]);
  return [head, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** What the citation of a paper says in a field. @param {PaperText} text @param {string} field */
function cited(text, field) {
  return new RegExp(`^ *${field} *= *\\{(.*)\\},?$`, "mu").exec(text.citation)?.[1] ?? "";
}

/** A value as a cell. What a program of tables would take for a formula gets a quote before it. @param {string} value */
function cell(value) {
  const safe = /^[=+\-@\t]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Give a text to the reader as a file.
 *
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Today as YYYY-MM-DD, by the reader's clock. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
