"use strict";

/**
 * The service worker: keeps the pages and files that were read, for reading them without a network. It lies at the root
 * of the site as sw.js.
 *
 * Whatever can change is asked of the host first, so that nobody reads what is out of date while there is a network. The
 * files of the index tell by their names what is in them, and are asked for once.
 *
 * @typedef {Event & {waitUntil: (work: Promise<unknown>) => void}} Extendable
 * @typedef {Extendable & {request: Request, respondWith: (answer: Promise<Response>) => void}} Fetching
 * @typedef {EventTarget & {registration: ServiceWorkerRegistration, skipWaiting: () => Promise<void>,
 *   clients: {claim: () => Promise<void>}}} Keeper
 */
(() => {
  /**
   * Filled in by the build: the title and language of the site, and the files that every page or the search needs, each
   * with a digest of its content.
   *
   * @type {{title: string, language: string, shell: Record<string, string>}}
   */
  const SITE = { title: "", language: "en", shell: {} };

  const worker = /** @type {Keeper} */ (/** @type {unknown} */ (self));
  const root = worker.registration.scope;
  const OURS = `site-builder ${root} `;
  /** Files of the shell, by their addresses with their digests. */
  const SHELL = `${OURS}shell`;
  /** Whatever else was read, by its address. */
  const READ = `${OURS}read`;

  const MANIFEST = "search/manifest.json";
  const NAMED_BY_CONTENT = /^search\/(.+)\/(\d+)\.([a-z2-7]+)\.json$/u;
  /** Titles that are listed where a page is not kept. */
  const LISTED = 200;

  /** The path from the root of the site, or undefined for what is elsewhere. @param {string} address */
  function pathOf(address) {
    if (!address.startsWith(root)) return undefined;
    const path = address.slice(root.length).replace(/[?#].*$/su, "");
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  }

  /** Under which address a file of the shell is kept. @param {string} path */
  function shellAddress(path) {
    return `${root + path}?${SITE.shell[path]}`;
  }

  /** @param {string} path */
  async function kept(path) {
    return Object.hasOwn(SITE.shell, path)
      ? (await caches.open(SHELL)).match(shellAddress(path))
      : (await caches.open(READ)).match(root + path);
  }

  /** Keep what a host answered, or forget what it no longer has. @param {string} path @param {Response} response */
  async function keep(path, response) {
    if (Object.hasOwn(SITE.shell, path)) return;
    const read = await caches.open(READ);
    if (response.status === 404 || response.status === 410) await read.delete(root + path);
    if (response.status !== 200 || response.type !== "basic") return;
    await read.put(root + path, plain(response.clone()));
    if (path === MANIFEST) await forgetOthers(read, await response.json());
  }

  /** A response that may answer for any address: one that was redirected may not. @param {Response} response */
  function plain(response) {
    return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
  }

  /**
   * Forget files of the index that the list of its files no longer has.
   *
   * @param {Cache} read
   * @param {{width: number, names: Record<string, string>, like?: Record<string, string>}} manifest
   */
  async function forgetOthers(read, { width, names, like = {} }) {
    for (const { url } of await read.keys()) {
      const [, kind, number, name] = NAMED_BY_CONTENT.exec(pathOf(url) ?? "") ?? [];
      const at = width * Number(number);
      if (name && names[like[kind] ?? kind]?.slice(at, at + width) !== name) await read.delete(url);
    }
  }

  /** @param {Fetching} event @param {string} path */
  async function fromHostFirst(event, path) {
    try {
      // Hosts that say nothing of how long a page holds leave it to the browser to guess.
      const response = await fetch(event.request, event.request.mode === "navigate" ? { cache: "no-cache" } : {});
      event.waitUntil(keep(path, response.clone()));
      return response;
    } catch (error) {
      const found = await kept(path);
      if (found) return found;
      if (event.request.mode !== "navigate") throw error;
      return nothingKept();
    }
  }

  /** @param {Fetching} event @param {string} path */
  async function fromHereFirst(event, path) {
    const found = await kept(path);
    if (found) return found;
    const response = await fetch(event.request);
    event.waitUntil(keep(path, response.clone()));
    return response;
  }

  /** What is shown where a page was not read before: that, and what was. */
  async function nothingKept() {
    const read = await caches.open(READ);
    const pages = [];
    for (const { url } of await read.keys()) {
      const title = /<title>([^<]+)/u.exec((await (await read.match(url))?.text()) ?? "")?.[1];
      if (title) pages.push({ url, title });
    }
    pages.sort((a, b) => a.title.localeCompare(b.title));
    const links = pages.slice(0, LISTED).map(({ url, title }) => `<li><a href="${escaped(url)}">${title}</a></li>\n`);
    const page = `<!doctype html>
<html lang="${escaped(SITE.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>No network · ${escaped(SITE.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escaped(root)}static/style.css">
</head>
<body>
<main id="content" class="wide">
<h1>No network</h1>
<p class="lead">This page was not read before, so it is not kept here. With a network, load it again.</p>
<p><a href="${escaped(root)}search.html">Search</a> in the parts of the index that are kept, or read again:</p>
<ul>
${links.join("")}</ul>
</main>
</body>
</html>
`;
    return new Response(page, {
      status: 503,
      headers: {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'",
      },
    });
  }

  /** @param {string} text */
  function escaped(text) {
    return text.replace(/[&<>"]/gu, (character) => `&#${character.charCodeAt(0)};`);
  }

  /** Fetch the files of the shell whose content is not here yet. */
  async function install() {
    const shell = await caches.open(SHELL);
    const missing = Object.keys(SITE.shell).map(async (path) => {
      if (await shell.match(shellAddress(path))) return;
      const response = await fetch(root + path, { cache: "no-cache" });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await shell.put(shellAddress(path), plain(response));
    });
    await Promise.all(missing);
    await worker.skipWaiting();
  }

  /** Forget what former workers kept and this one does not, and serve the pages that are open. */
  async function activate() {
    const current = new Set(Object.keys(SITE.shell).map(shellAddress));
    const shell = await caches.open(SHELL);
    for (const { url } of await shell.keys()) if (!current.has(url)) await shell.delete(url);
    for (const name of await caches.keys()) {
      if (name.startsWith(OURS) && name !== SHELL && name !== READ) await caches.delete(name);
    }
    await worker.clients.claim();
  }

  /** Keep what a page read before it had a worker. @param {string[]} addresses */
  async function keepAll(addresses) {
    for (const path of new Set(addresses.map(pathOf))) {
      if (path === undefined || path === "sw.js" || (await kept(path))) continue;
      await keep(path, await fetch(root + path));
    }
  }

  worker.addEventListener("install", (event) => /** @type {Extendable} */ (event).waitUntil(install()));
  worker.addEventListener("activate", (event) => /** @type {Extendable} */ (event).waitUntil(activate()));
  worker.addEventListener("message", (event) => {
    const told = /** @type {Extendable & {data: string[]}} */ (/** @type {unknown} */ (event));
    told.waitUntil(keepAll(told.data));
  });
  worker.addEventListener("fetch", (event) => {
    const fetching = /** @type {Fetching} */ (event);
    const { method, url } = fetching.request;
    const path = pathOf(url);
    if (method !== "GET" || path === undefined) return;
    fetching.respondWith((NAMED_BY_CONTENT.test(path) ? fromHereFirst : fromHostFirst)(fetching, path));
  });
})();
