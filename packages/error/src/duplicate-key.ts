import { endOfJsonString } from './json-string.ts';

/**
 * Finds a key that occurs twice in one object of a JSON text. `JSON.parse` silently keeps the last value, but other
 * parsers keep the first, so such a text is ambiguous.
 *
 * @param json text that `JSON.parse` accepts
 * @returns the first such key, or undefined
 */
export function findDuplicateKey(json: string): string | undefined {
  // One item for each open object (its keys) or array (undefined).
  const open: (Set<string> | undefined)[] = [];
  // A string is a key if it follows the start of an object or a comma.
  let atKey = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{') {
      open.push(new Set());
      atKey = true;
    } else if (character === '[') {
      open.push(undefined);
      atKey = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      atKey = false;
    } else if (character === ',') {
      atKey = true;
    } else if (character === '"') {
      const end = endOfJsonString(json, i);
      const keys = open.at(-1);
      if (atKey && keys !== undefined) {
        const key = JSON.parse(json.slice(i, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      atKey = false;
      i = end - 1;
    }
  }
  return undefined;
}
