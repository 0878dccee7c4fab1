/** Maximum number of bytes of an array. In Node 20, a `Uint8Array` has at most 2 ** 32 bytes. */
export const MAX_ARRAY_BYTES: number = 2 ** 32 - 1;
