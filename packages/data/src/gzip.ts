/** Returns whether the first two bytes are those of gzip data. Source: RFC 1952, section 2.3.1. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
