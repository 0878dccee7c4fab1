/** Paths of text files, whose line endings git (`core.autocrlf`) and editors may change. */
const TEXT = /(^|\/)\.gitattributes$|\.(json|md|txt|csv|svg|ya?ml)$/;

/** Returns the note that the line endings of text files differ from the export. */
export function lineEndsNote(paths: readonly string[]): string {
  return (
    `${paths.join(', ')}: the line endings differ from the export (git with core.autocrlf, or an editor, converted ` +
    'LF to CRLF or CRLF to LF). Everything else is the same. To restore the exact files, set ' +
    'git config core.autocrlf false and check them out again.'
  );
}

/**
 * Converts the line endings of a text file to LF and to CRLF.
 *
 * @returns both versions; empty if `path` does not name a text file
 */
export function otherLineEnds(path: string, bytes: Uint8Array): readonly Uint8Array<ArrayBuffer>[] {
  if (!TEXT.test(path)) return [];
  const lf = withoutReturns(bytes);
  return [lf, withReturns(lf)];
}

const [LF, CR] = [0x0a, 0x0d];

/** Converts CRLF to LF. Keeps CRs without an LF. */
function withoutReturns(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes.filter((byte, i) => !(byte === CR && bytes[i + 1] === LF)));
}

/** Converts LF to CRLF. */
function withReturns(lf: Uint8Array): Uint8Array<ArrayBuffer> {
  const lines = lf.reduce((count, byte) => count + (byte === LF ? 1 : 0), 0);
  const out = new Uint8Array(lf.length + lines);
  let at = 0;
  for (const byte of lf) {
    if (byte === LF) out[at++] = CR;
    out[at++] = byte;
  }
  return out;
}
