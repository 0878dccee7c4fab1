/** Returns the length of float32 values in base64. */
export const base64Length = (values: number): number =>
  4 * Math.ceil((values * Float32Array.BYTES_PER_ELEMENT) / 3);
