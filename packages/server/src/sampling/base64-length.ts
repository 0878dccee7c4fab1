/** Length of the base64 of float32 values. */
export const base64Length = (values: number): number =>
  4 * Math.ceil((values * Float32Array.BYTES_PER_ELEMENT) / 3);
