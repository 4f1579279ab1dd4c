"use strict";

/**
 * What a query of words does not need: demands and filters.
 *
 * @param {Index} index
 * @param {<Found>(work: () => Promise<Found>) => Promise<Found>} renewing does it again where the site was built anew
 * @param {TextOf} [textOf]
 */
function furtherOver(index, renewing, textOf) {
  const facets = facetsOver(index);
  const { select } = selectionOver(index, facets, textOf);
  const renewed = Object.freeze({
    all: () => renewing(facets.all),
    tag: (/** @type {string} */ name) => renewing(() => facets.tag(name)),
    tagsLike: (/** @type {string} */ letters) => renewing(() => facets.tagsLike(letters)),
    topicsLike: (/** @type {string} */ text) => renewing(() => facets.topicsLike(text)),
  });
  return Object.freeze({ facets, renewed, select, parsed });
}
