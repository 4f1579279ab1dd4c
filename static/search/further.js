"use strict";

/**
 * What a query of words does not need: demands and filters.
 *
 * @param {Index} index
 * @param {TextOf} [textOf]
 */
function furtherOver(index, textOf) {
  const facets = facetsOver(index);
  const { select } = selectionOver(index, facets, textOf);
  return Object.freeze({ facets, select, parsed });
}
