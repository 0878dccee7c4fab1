/** Float32 values as the server's stream has them: little-endian, as base64. */
export function decodeValues(base64: string): Float32Array<ArrayBuffer> {
  const characters = atob(base64);
  // A loop: an iterator over the characters of some megabytes would be a long task.
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}
