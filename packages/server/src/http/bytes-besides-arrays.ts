/** A string of this length or longer counts as an array in base64. */
const SHORTEST_ARRAY = 256;

const [QUOTE, BACKSLASH] = ['"', '\\'].map((character) => character.charCodeAt(0));

/**
 * Counts the bytes of a JSON text besides its long strings. The time and memory for parsing and checking a body depend
 * on this number, because a long string is one value.
 *
 * @param json UTF-8; the count of a text that is not JSON is meaningless
 */
export function bytesBesidesArrays(json: Uint8Array): number {
  let count = json.length;
  for (let at = json.indexOf(QUOTE as number); at >= 0; ) {
    let end = at + 1;
    // An escaped character does not end the string.
    while (end < json.length && json[end] !== QUOTE) end += json[end] === BACKSLASH ? 2 : 1;
    if (end - at > SHORTEST_ARRAY) count -= Math.min(end, json.length) - at - 1;
    at = json.indexOf(QUOTE as number, end + 1);
  }
  return count;
}
