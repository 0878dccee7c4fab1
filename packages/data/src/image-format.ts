import { DataError } from './errors.ts';

/** A format recognized by its first bytes. */
interface Signature {
  readonly format: string;
  /** Bytes at the offset `at`; `null` matches any byte. */
  readonly bytes: readonly (number | null)[];
  readonly at?: number;
  /** The supported format; null if the format is not supported. */
  readonly kind: ImageKind | null;
  /** Advice for such a file. Default: `Convert it.` */
  readonly remedy?: string;
}

/** The supported formats, with the extensions of their files in lower case. */
const KINDS = {
  png: { name: 'PNG', extensions: ['.png'] },
  jpeg: { name: 'JPEG', extensions: ['.jpg', '.jpeg', '.jpe', '.jfif'] },
  webp: { name: 'WebP', extensions: ['.webp'] },
  gif: { name: 'GIF', extensions: ['.gif'] },
  tiff: { name: 'TIFF', extensions: ['.tif', '.tiff'] },
  avif: { name: 'AVIF', extensions: ['.avif'] },
  svg: { name: 'SVG', extensions: ['.svg'] },
} as const;
export type ImageKind = keyof typeof KINDS;

const kindsWithout = (without: readonly ImageKind[]): readonly ImageKind[] =>
  (Object.keys(KINDS) as ImageKind[]).filter((kind) => !without.includes(kind));

/**
 * Returns the extensions of the supported formats, in lower case and with the dot.
 *
 * @param without formats that the caller cannot decode. Default none.
 */
export function imageExtensions(without: readonly ImageKind[] = []): ReadonlySet<string> {
  return new Set<string>(kindsWithout(without).flatMap((kind) => KINDS[kind].extensions));
}

/**
 * Lists the supported formats for a message, such as `PNG, JPEG or WebP`.
 *
 * @param without formats that the caller cannot decode. Default none.
 */
export function imageFormats(without: readonly ImageKind[] = []): string {
  const names = kindsWithout(without).map((kind) => KINDS[kind].name);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

const ascii = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0));

/** Known signatures. The first match counts, so a longer signature comes before its prefixes. */
const SIGNATURES: readonly Signature[] = [
  { format: 'PNG', kind: 'png', bytes: [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a] },
  { format: 'JPEG', kind: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { format: 'WebP', kind: 'webp', bytes: [...ascii('RIFF'), null, null, null, null, ...ascii('WEBP')] },
  { format: 'GIF', kind: 'gif', bytes: ascii('GIF8') },
  { format: 'TIFF', kind: 'tiff', bytes: [...ascii('II'), 42, 0] },
  { format: 'TIFF', kind: 'tiff', bytes: [...ascii('MM'), 0, 42] },
  { format: 'BigTIFF', kind: 'tiff', bytes: [...ascii('II'), 43, 0] },
  { format: 'BigTIFF', kind: 'tiff', bytes: [...ascii('MM'), 0, 43] },
  { format: 'AVIF', kind: 'avif', at: 4, bytes: ascii('ftypavif') },
  { format: 'AVIF', kind: 'avif', at: 4, bytes: ascii('ftypavis') },
  { format: 'HEIC', kind: null, at: 4, bytes: ascii('ftyphei') },
  { format: 'HEIC', kind: null, at: 4, bytes: ascii('ftypmif1') },
  { format: 'a video (MP4 or QuickTime)', kind: null, at: 4, bytes: ascii('ftyp') },
  { format: 'BMP', kind: null, bytes: ascii('BM') },
  { format: 'a Windows icon', kind: null, bytes: [0, 0, 1, 0] },
  { format: 'JPEG XL', kind: null, bytes: [0xff, 0x0a] },
  { format: 'JPEG XL', kind: null, at: 4, bytes: ascii('JXL ') },
  { format: 'JPEG 2000', kind: null, at: 4, bytes: ascii('jP  ') },
  { format: 'Photoshop', kind: null, bytes: ascii('8BPS') },
  { format: 'OpenEXR', kind: null, bytes: [0x76, 0x2f, 0x31, 0x01] },
  { format: 'DirectDraw Surface', kind: null, bytes: ascii('DDS ') },
  { format: 'PDF', kind: null, bytes: ascii('%PDF') },
  { format: 'ZIP', kind: null, bytes: [...ascii('PK'), 3, 4] },
  { format: 'gzip', kind: null, bytes: [0x1f, 0x8b] },
  { format: 'a NumPy array', kind: null, bytes: [0x93, ...ascii('NUMPY')] },
  {
    format: 'a Git LFS pointer',
    kind: null,
    bytes: ascii('version https://git-lfs'),
    remedy: 'Fetch the file itself with `git lfs pull`.',
  },
];

/** Number of bytes in which markup is searched. */
const HEAD = 512;

/**
 * Detects the format of an image file from its content, regardless of its name.
 *
 * @param path prefix of the error message
 * @param without formats that the caller cannot decode. Default none.
 * @throws DataError `DATA_EMPTY`; `DATA_FORMAT` if the format is unknown or not supported
 */
export function imageKind<K extends ImageKind = never>(
  bytes: Uint8Array,
  path: string,
  without: readonly K[] = [],
): Exclude<ImageKind, K> {
  if (bytes.length === 0)
    throw new DataError('DATA_EMPTY', `${path}: the file is empty; expected an image. Get it again.`, {
      file: path,
    });
  const found = SIGNATURES.find(({ bytes: sign, at = 0 }) =>
    sign.every((byte, i) => byte === null || bytes[at + i] === byte),
  );
  const isRead = (kind: ImageKind | null | undefined): kind is Exclude<ImageKind, K> =>
    kind !== null && kind !== undefined && !without.some((each) => each === kind);
  const text = found === undefined ? markup(bytes) : undefined;
  const kind = found === undefined ? text?.kind : found.kind;
  if (isRead(kind)) return kind;
  const format = found?.format ?? text?.format;
  const isWhat = format === undefined ? 'is not an image of a known format' : `is ${format} by its content`;
  throw new DataError(
    'DATA_FORMAT',
    `${path}: ${isWhat}; expected ${imageFormats(without)}. ${found?.remedy ?? 'Convert it.'}`,
    { file: path },
  );
}

/** Recognizes SVG, HTML and XML by the first tag. A byte order mark or white space may precede it. */
function markup(bytes: Uint8Array): Pick<Signature, 'format' | 'kind'> | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD)).trimStart().toLowerCase();
  if (head.startsWith('<!doctype html') || head.startsWith('<html'))
    return { format: 'a web page (HTML)', kind: null };
  if (head.startsWith('<') && /<(?:[\w-]+:)?svg\b/.test(head)) return { format: 'SVG', kind: 'svg' };
  // A long comment or document type can come before the element.
  if (/^<(\?xml|!--|!doctype svg)/.test(head) && hasElement(bytes)) return { format: 'SVG', kind: 'svg' };
  if (head.startsWith('<')) return { format: 'XML', kind: null };
  return undefined;
}

/** Returns whether the first kilobytes contain an SVG tag. */
function hasElement(bytes: Uint8Array): boolean {
  return /<(?:[\w-]+:)?svg[\s/>]/i.test(new TextDecoder().decode(bytes.subarray(0, 64 * HEAD)));
}
