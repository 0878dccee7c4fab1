/**
 * Whether two byte arrays are equal. Weights share one array in all runs of a function, so identity is checked first.
 * Different arrays are compared word by word if both are aligned to words.
 */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
  const whole = a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0 ? a.length >> 2 : 0;
  return (
    sameValues(wordsOf(a, whole), wordsOf(b, whole)) &&
    sameValues(a.subarray(4 * whole), b.subarray(4 * whole))
  );
}

const wordsOf = ({ buffer, byteOffset }: Uint8Array, count: number): Uint32Array =>
  count === 0 ? new Uint32Array() : new Uint32Array(buffer, byteOffset, count);

function sameValues(a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
