"use strict";

/**
 * What few queries need: repair and whole texts.
 *
 * @param {Index} index
 * @param {ReturnType<typeof completionOver>["isKnown"]} isKnown
 * @param {ReturnType<typeof facetsOver>} facets
 */
function seldomOver(index, isKnown, facets) {
  const { corrected } = spellingOver(index, isKnown);
  return Object.freeze({ near: nearOver(index, facets), corrected });
}
