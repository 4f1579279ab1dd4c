"use strict";

/** Starts the worker that keeps what was read, so that it can be read again without a network. */
(() => {
  // Browsers have none on pages from a disk, and on hosts without encryption.
  const { serviceWorker } = navigator;
  if (!serviceWorker || !/^https?:$/u.test(location.protocol)) return;

  if (!serviceWorker.controller) serviceWorker.addEventListener("controllerchange", tell, { once: true });
  const root = new URL(document.body.dataset.root ?? "", location.href);
  serviceWorker.register(new URL("sw.js", root)).catch(() => {
    // A browser may refuse, for a reader who wants nothing kept; the site works without.
  });

  /** Tell the worker of this first page, and of what it read before the worker could see it. */
  function tell() {
    const { controller } = serviceWorker;
    controller?.postMessage([location.href]);
    new PerformanceObserver((list) => {
      const entries = /** @type {PerformanceResourceTiming[]} */ (list.getEntries());
      controller?.postMessage(entries.filter(({ workerStart }) => !workerStart).map(({ name }) => name));
    }).observe({ type: "resource", buffered: true });
  }
})();
