/** Maximum size of an array, in bytes. Node 20 has no larger arrays. */
export const MAX_ARRAY_BYTES: number = 2 ** 32 - 1;
