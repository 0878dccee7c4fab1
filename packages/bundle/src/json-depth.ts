import { endOfJsonString } from './json-string.ts';

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
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') at = endOfJsonString(json, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
