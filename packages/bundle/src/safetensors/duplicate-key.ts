/**
 * Finds a key that occurs twice in one object of a JSON text; `JSON.parse` keeps the last one in silence,
 * other parsers the first, so that one file could mean two things.
 *
 * @param json text that `JSON.parse` accepts
 * @returns the first such key, or undefined
 */
export function findDuplicateKey(json: string): string | undefined {
  // A set of keys for an object, undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  // A string is a key where an object just began or a comma was just read.
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
      const end = stringEnd(json, i);
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

/** @returns the index after the closing quote of the string literal that starts at `start` */
function stringEnd(json: string, start: number): number {
  let i = start + 1;
  while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
  return i + 1;
}
