// Encodes values that Node and a page send each other, as JSON text. Typed arrays, bigints, NaN and infinite numbers
// are encoded as objects. This module runs in Node and in the page.

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array, Uint32Array };
type ArrayName = keyof typeof ARRAYS;

type Tagged =
  | { readonly $array: ArrayName; readonly base64: string }
  | { readonly $bigint: string }
  | { readonly $number: string };

/** Bytes per call of `String.fromCharCode`, because engines limit the number of arguments. */
const CHUNK = 0x8000;

/** Encodes a value. @throws TypeError if it contains a view of a buffer that is not among `ARRAYS` */
export function encodeValue(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown): unknown => {
    if (typeof item === 'bigint') return { $bigint: String(item) } satisfies Tagged;
    if (typeof item === 'number' && !Number.isFinite(item)) return { $number: String(item) } satisfies Tagged;
    if (!ArrayBuffer.isView(item)) return item;
    const name = item.constructor.name;
    if (!isArrayName(name))
      throw new TypeError(`encodeValue: got ${name}; expected ${Object.keys(ARRAYS).join(', ')}.`);
    const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
    return { $array: name, base64: toBase64(bytes) } satisfies Tagged;
  });
}

/** Decodes a value. @param text result of {@link encodeValue}; `undefined` decodes as `undefined` */
export function decodeValue(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return JSON.parse(text, (_key, item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    if ('$bigint' in item) return BigInt(String(item.$bigint));
    if ('$number' in item) return Number(item.$number);
    if (!('$array' in item && 'base64' in item)) return item;
    const bytes = Uint8Array.from(atob(String(item.base64)), (character) => character.charCodeAt(0));
    return new ARRAYS[item.$array as ArrayName](bytes.buffer);
  });
}

function isArrayName(name: string): name is ArrayName {
  return Object.hasOwn(ARRAYS, name);
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += CHUNK)
    parts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK)));
  return btoa(parts.join(''));
}
