"use strict";

/**
 * The citation of a paper's page: fills in what only the reader's browser knows, and offers to copy it.
 */
(() => {
  const code = document.getElementById("citation");
  const note = code?.nextElementSibling;
  if (!code || !note) return;

  const served = /^https?:$/u.test(location.protocol);
  const here = location.href.replace(/[?#].*$/su, "");
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

  const written = code.textContent ?? "";
  const known = written.replace("= {YYYY-MM-DD}", () => `= {${today}}`);
  code.textContent = served ? known.replace("= {ADDRESS OF THIS PAGE}", () => `= {${here}}`) : known;
  if (known !== written) note.textContent = "What is not known here is left out. The day of access is today’s.";

  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? "");
      button.textContent = "Copied";
    } catch {
      getSelection()?.selectAllChildren(code);
      button.textContent = "Selected: copy it with the keyboard";
    }
  });
  note.before(button);
})();
