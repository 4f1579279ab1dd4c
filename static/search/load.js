"use strict";

/**
 * How a page reads a file of the index, or the text of a paper: over the network, or from a disk.
 *
 * @typedef {(path: string, text: string) => void} Receive what a file of the index calls that is a script
 */

/**
 * Return what reads a JSON file by its path from the site's root, which is at `root`; from a disk also what a page says.
 *
 * @param {string} root
 * @returns {(path: string) => Promise<any>}
 */
function indexLoader(root) {
  return location.protocol === "file:" ? fromDisk : fromHost;

  /** Only the list of the files is ever asked for again: the names of the others change with what is in them. */
  async function fromHost(/** @type {string} */ path) {
    const response = await fetch(root + path, { cache: path.endsWith("/manifest.json") ? "no-cache" : "default" });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /** A page from a disk may read scripts alone; beside each file and each paper's page is one that hands it over. */
  function fromDisk(/** @type {string} */ path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.addEventListener("error", () => reject(new Error(`${path} could not be read`)));
      script.addEventListener("load", () => script.remove());
      received.set(path, (text) => resolve(JSON.parse(text)));
      script.src = root + path.replace(/\w+$/u, "js");
      document.head.append(script);
    });
  }
}

/** @type {Record<string, string>} of which build each script is that a page fetched, as it says at its end */
const builds = {};

/** @type {Map<string, (text: string) => void>} who waits for a file, by its path */
const received = new Map();

/** @type {Receive} */
function indexFile(path, text) {
  received.get(path)?.(text);
  received.delete(path);
}
