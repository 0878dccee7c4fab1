import { DataError } from '../errors.ts';

/** Kind of a frame. The scans of `other` frames are not decoded. */
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

/** One scan: its components and coefficients, and the position of its entropy-coded bytes. */
export interface Scan {
  readonly components: readonly {
    readonly index: number;
    readonly dcTable: number;
    readonly acTable: number;
  }[];
  /** Spectral selection and successive approximation (T.81, B.2.3). In a sequential frame, they are 0, 63, 0, 0. */
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
  /** Position of the entropy-coded bytes in the repaired file, including restart markers. */
  readonly start: number;
  readonly end: number;
}

/** A segment that is needed for decoding scans. */
export type JpegPart =
  | { readonly type: 'huffman'; readonly payload: Uint8Array }
  | { readonly type: 'restart'; readonly interval: number }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'scan'; readonly scan: Scan };

export interface JpegFile {
  /** The repaired file, or the given bytes if they have no faults. */
  readonly bytes: Uint8Array;
  readonly parts: readonly JpegPart[];
  /** Whether the end marker is missing. If so, only the entropy-coded data show whether pixels are missing. */
  readonly endless: boolean;
}

/** Creates the error for a file that is not a whole JPEG. `repairedJpeg` puts the file name before the message. */
export function jpegFault(message: string): DataError {
  return new DataError('DATA_FORMAT', message);
}
