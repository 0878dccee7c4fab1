/**
 * Returns a random seed below 2³², short enough to read out and type.
 *
 * @param fill `crypto.getRandomValues`
 */
export function randomSeed(fill: (words: Uint32Array<ArrayBuffer>) => Uint32Array): string {
  return String(fill(new Uint32Array(1))[0]);
}
