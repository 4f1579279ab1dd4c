"use strict";

/**
 * A search box on a page that is not the search's: the search's scripts are fetched when somebody turns to the box.
 */
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const input = /** @type {HTMLInputElement | null} */ (document.querySelector("form[role=search] input[name=q]"));
  const source = script.dataset.search;
  if (!input || !source) return;

  const fetchScripts = () => {
    document.removeEventListener("keydown", onKey);
    const search = document.createElement("script");
    search.src = source;
    document.head.append(search);
  };

  /** `/` leads to the box; afterwards the search's own script sees to it. @param {KeyboardEvent} event */
  function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.matches("input, textarea, select") || target.isContentEditable) return;
    event.preventDefault();
    input?.focus();
  }

  document.addEventListener("keydown", onKey);
  if (document.activeElement === input) fetchScripts();
  else input.addEventListener("focus", fetchScripts, { once: true });
})();
