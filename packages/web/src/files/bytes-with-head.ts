const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes a line of JSON, then bytes. */
export function withHead(
  head: unknown,
  parts: readonly (Uint8Array | Uint8ClampedArray)[],
): Uint8Array<ArrayBuffer> {
  const all = [encoder.encode(`${JSON.stringify(head)}\n`), ...parts];
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The inverse of {@link withHead}. @throws SyntaxError if the head is not JSON */
export function readHead(whole: Uint8Array): { readonly head: unknown; readonly bytes: Uint8Array } {
  const end = whole.indexOf('\n'.charCodeAt(0));
  return { head: JSON.parse(decoder.decode(whole.subarray(0, end))), bytes: whole.subarray(end + 1) };
}
