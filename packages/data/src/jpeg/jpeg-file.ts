import { DataError } from '../errors.ts';

/** Kinds of frames. The scans of `other` are not decoded. */
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
  /** Spectral selection and successive approximation, T.81 B.2.3; 0, 63, 0, 0 in a sequential frame. */
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
  /** Entropy-coded bytes in the repaired file, restart markers included. */
  readonly start: number;
  readonly end: number;
}

/** A segment needed to decode scans; parts are in file order. */
export type JpegPart =
  | { readonly type: 'huffman'; readonly payload: Uint8Array }
  | { readonly type: 'restart'; readonly interval: number }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'scan'; readonly scan: Scan };

export interface JpegFile {
  /** The file with its harmless faults repaired; the given bytes if there are none. */
  readonly bytes: Uint8Array;
  readonly parts: readonly JpegPart[];
  /** Whether the end marker is missing. If so, the entropy-coded data shows whether pixels are missing. */
  readonly endless: boolean;
}

/**
 * Makes the error for a file that is not a whole JPEG. `repairedJpeg` adds the file name before the message.
 */
export function jpegFault(message: string): DataError {
  return new DataError('DATA_FORMAT', message);
}
