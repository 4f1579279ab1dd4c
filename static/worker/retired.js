"use strict";

/** What takes the worker's place where nothing is to be kept: it forgets all that was, and itself. */
(() => {
  const worker = /** @type {Keeper} */ (/** @type {unknown} */ (self));

  async function retire() {
    for (const name of await caches.keys()) {
      if (name.startsWith(`site-builder ${worker.registration.scope} `)) await caches.delete(name);
    }
    await worker.registration.unregister();
  }

  worker.addEventListener("install", () => worker.skipWaiting());
  worker.addEventListener("activate", (event) => /** @type {Extendable} */ (event).waitUntil(retire()));
})();
