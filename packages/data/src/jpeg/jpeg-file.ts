/** Kinds of Huffman-coded frame whose scans are understood here. */
export type FrameKind = 'sequential' | 'progressive' | 'other';

interface FrameComponent {
  readonly id: number;
  /** Sampling factors, 1 to 4. */
  readonly h: number;
  readonly v: number;
}

export interface Frame {
  readonly kind: FrameKind;
  readonly width: number;
  readonly height: number;
  readonly components: readonly FrameComponent[];
}

/** One scan: which coefficients of which components, and where its entropy-coded bytes are. */
export interface Scan {
  readonly components: readonly {
    readonly index: number;
    readonly dcTable: number;
    readonly acTable: number;
  }[];
  /** Spectral selection and successive approximation, T.81 B.2.3; of a sequential frame 0, 63, 0, 0. */
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
  /** Entropy-coded bytes in the repaired file, restart markers included. */
  readonly start: number;
  readonly end: number;
}

/** What a scan is decoded with, in the order of the file. */
export type JpegPart =
  | { readonly type: 'huffman'; readonly payload: Uint8Array }
  | { readonly type: 'restart'; readonly interval: number }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'scan'; readonly scan: Scan };

export interface JpegFile {
  /** The file with its harmless faults repaired; the bytes that were given where there are none. */
  readonly bytes: Uint8Array;
  readonly parts: readonly JpegPart[];
  /** The file ends without an end marker: whether pixels are missing is for the entropy-coded data to say. */
  readonly endless: boolean;
}

/** Why a file is not a whole JPEG: the end of a sentence that begins with its name. */
export class JpegFault extends Error {
  override readonly name: string = 'JpegFault';
}
