const [QUOTE, BACKSLASH] = ['"', '\\'].map((character) => character.charCodeAt(0));

/**
 * Where a string of a JSON text ends. A loop, since a regular expression for a string keeps a place to come back to for
 * each character, and overflows the stack at some millions of them.
 *
 * @param json text that `JSON.parse` accepts
 * @param start place of the opening quote
 * @returns place behind the closing quote
 */
export function endOfJsonString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const character = json.charCodeAt(at);
    if (character === QUOTE) return at + 1;
    // What is escaped ends no string.
    if (character === BACKSLASH) at++;
  }
  return json.length;
}
