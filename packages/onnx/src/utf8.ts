/** Decodes UTF-8 bytes; returns undefined if they are not UTF-8. A byte order mark is kept as part of the text. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
