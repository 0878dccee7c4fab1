/** Paths of text: what git (`core.autocrlf`) and editors may give other line ends. Everything else is bytes. */
const TEXT = /(^|\/)\.gitattributes$|\.(json|md|txt|csv|svg|ya?ml)$/;

/** The note of a bundle whose text files have other line ends than they were exported with. */
export function lineEndsNote(paths: readonly string[]): string {
  return (
    `${paths.join(', ')}: the line ends are not those of the export (LF became CRLF, or CRLF became LF, as git does ` +
    'with core.autocrlf, or an editor); all else is the same. To have the very files: git config core.autocrlf false, ' +
    'then check them out again.'
  );
}

/**
 * A text file as it would be with other line ends: all LF, and all CRLF.
 * @returns nothing where the path is not that of a text file
 */
export function otherLineEnds(path: string, bytes: Uint8Array): readonly Uint8Array<ArrayBuffer>[] {
  if (!TEXT.test(path)) return [];
  const lf = withoutReturns(bytes);
  return [lf, withReturns(lf)];
}

const [LF, CR] = [0x0a, 0x0d];

/** CRLF becomes LF; a CR alone stays. */
function withoutReturns(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes.filter((byte, i) => !(byte === CR && bytes[i + 1] === LF)));
}

/** LF becomes CRLF. */
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
