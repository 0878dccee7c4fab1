const [QUOTE, BACKSLASH] = ['"', '\\'].map((character) => character.charCodeAt(0));

/**
 * Finds the end of a string in a JSON text. It uses a loop, because a regular expression for strings needs
 * stack space for each character and overflows after a few million characters.
 *
 * @param json text that `JSON.parse` accepts
 * @param start index of the opening quote
 * @returns index after the closing quote
 */
export function endOfJsonString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const character = json.charCodeAt(at);
    if (character === QUOTE) return at + 1;
    // An escaped character does not end the string.
    if (character === BACKSLASH) at++;
  }
  return json.length;
}
