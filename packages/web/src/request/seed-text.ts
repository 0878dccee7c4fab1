/** Whether a text is a seed: a whole number from 0 to 2⁶⁴ − 1. */
export function isSeed(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
}
