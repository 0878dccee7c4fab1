/** Far deeper than any configuration, header or manifest, and far from where a recursion over it overflows. */
export const MAX_JSON_DEPTH = 64;

/**
 * JSON.parse reads any depth, but what walks the value afterwards recurses: to check it, or to quote it in an error.
 *
 * @param json text that `JSON.parse` accepts
 * @returns whether it is nested deeper than {@link MAX_JSON_DEPTH}
 */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  let isString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (isString) {
      // What is escaped ends no string.
      if (character === '\\') i++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
