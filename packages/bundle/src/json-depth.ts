import { endOfJsonString } from './json-string.ts';

/**
 * Deeper than any valid configuration, header or manifest, and far below the depth that overflows a stack.
 */
export const MAX_JSON_DEPTH = 64;

/**
 * Checks the nesting of a JSON text. `JSON.parse` accepts any depth, but later code that validates the value
 * or quotes it in an error recurses.
 *
 * @param json text that `JSON.parse` accepts
 * @returns whether it is nested deeper than {@link MAX_JSON_DEPTH}
 */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') at = endOfJsonString(json, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
