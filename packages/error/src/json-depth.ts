import { endOfJsonString } from './json-string.ts';

/**
 * Checks the nesting of a JSON text. `JSON.parse` accepts any depth, but later code recurses when it validates the
 * value or quotes it in an error.
 *
 * @param json text that `JSON.parse` accepts
 * @param maxDepth the deepest nesting that is accepted
 * @returns whether the text is nested deeper than `maxDepth`
 */
export function isTooDeep(json: string, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') at = endOfJsonString(json, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}
