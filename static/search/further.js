"use strict";

/**
 * What a query of words that papers have does not need: demands, filters, repair, whole texts, explanations.
 *
 * @param {Index} index
 * @param {ReturnType<typeof completionOver>["isKnown"]} isKnown
 * @param {TextOf} [textOf]
 */
function furtherOver(index, isKnown, textOf) {
  const facets = facetsOver(index);
  const { select } = selectionOver(index, facets, textOf);
  const { corrected } = spellingOver(index, isKnown);
  return Object.freeze({ facets, near: nearOver(index, facets), select, corrected, parsed, explained });
}
