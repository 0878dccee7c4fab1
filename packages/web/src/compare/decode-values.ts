/** Decodes float32 values of the server's stream: little-endian, base64. */
export function decodeValues(base64: string): Float32Array<ArrayBuffer> {
  const characters = atob(base64);
  // A plain loop is used, because an iterator over megabytes of characters would block the page.
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}
