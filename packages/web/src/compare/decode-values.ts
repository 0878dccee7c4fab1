/** Float32 values as the server's stream has them: little-endian, as base64. */
export function decodeValues(base64: string): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
