import {
  type Frame,
  type FrameKind,
  type JpegFile,
  type JpegPart,
  jpegFault,
  type Scan,
} from './jpeg-file.ts';

const [SOI, EOI, SOS, DHT, DRI, APP0] = [0xd8, 0xd9, 0xda, 0xc4, 0xdd, 0xe0];
/** Frame kinds by marker. Source: ITU-T T.81, table B.1. */
const FRAMES: Readonly<Record<number, FrameKind>> = {
  192: 'sequential',
  193: 'sequential',
  194: 'progressive',
  195: 'other',
  197: 'other',
  198: 'other',
  199: 'other',
  201: 'other',
  202: 'other',
  203: 'other',
  205: 'other',
  206: 'other',
  207: 'other',
};
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/**
 * Reads the markers of a JPEG file, and repairs the following faults. Cameras and old tools produce them, and every
 * viewer ignores them:
 *
 * - a JFIF version that does not exist
 * - scan parameters of a sequential file other than 0, 63, 0
 * - bytes between two segments
 * - a missing end marker
 *
 * Pixels do not change.
 *
 * @throws `DATA_FORMAT` if the file ends in a header or has no image
 * Source: ITU-T T.81, annex B; for tolerated faults, libjpeg's warnings (`jerror.h`).
 */
export function repairJpeg(given: Uint8Array): JpegFile {
  const repaired: Uint8Array[] = [];
  const parts: JpegPart[] = [];
  let changed = false;
  let length = 0;
  const keep = (bytes: Uint8Array): void => {
    repaired.push(bytes);
    length += bytes.length;
  };
  let frame: Frame | undefined;
  let endless = false;
  keep(given.subarray(0, 2)); // the start marker
  let at = 2;
  for (;;) {
    const found = nextMarker(given, at);
    endless = found === undefined;
    const { at: marked, marker } = found ?? { at: given.length, marker: EOI };
    if (marked !== at) changed = true;
    if (marker === EOI) {
      if (!parts.some(({ type }) => type === 'scan')) throw jpegFault('is cut off before its first scan');
      changed ||= endless;
      keep(Uint8Array.of(0xff, EOI));
      break;
    }
    at = marked + 2;
    if (marker === SOI) throw jpegFault('has a second start marker in its middle');
    if (marker === 0x01 || isRestart(marker)) {
      changed = true; // this marker has no meaning here
      continue;
    }
    const size = at + 2 > given.length ? 0 : ((given[at] ?? 0) << 8) | (given[at + 1] ?? 0);
    if (size < 2 || at + size > given.length) throw jpegFault('is cut off in a header');
    const payload = given.subarray(at + 2, at + size);
    const fixed = repairSegment(marker, payload, frame);
    changed ||= fixed !== payload;
    keep(Uint8Array.of(0xff, marker, size >> 8, size & 0xff));
    keep(fixed);
    at += size;
    if (marker === DHT) parts.push({ type: 'huffman', payload });
    if (marker === DRI)
      parts.push({ type: 'restart', interval: ((payload[0] ?? 0) << 8) | (payload[1] ?? 0) });
    const kind = FRAMES[marker];
    if (kind !== undefined) {
      frame = readFrame(kind, payload);
      parts.push({ type: 'frame', frame });
    }
    if (marker === SOS) {
      if (frame === undefined) throw jpegFault('has a scan before its frame');
      const end = endOfScan(given, at);
      parts.push({ type: 'scan', scan: readScan(fixed, frame, length, length + end - at) });
      keep(given.subarray(at, end));
      at = end;
    }
  }
  return { bytes: changed ? joined(repaired, length) : given, parts, endless };
}

/** Finds the next marker. It consists of one or more bytes 0xFF and a byte that is neither 0x00 nor 0xFF. */
function nextMarker(
  bytes: Uint8Array,
  from: number,
): { readonly at: number; readonly marker: number } | undefined {
  for (
    let at = bytes.indexOf(0xff, from);
    at >= 0 && at + 1 < bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker !== 0 && marker !== 0xff) return { at, marker };
  }
  return undefined;
}

/**
 * Finds the end of entropy-coded data, which is a marker other than a restart marker. Fill bytes belong to the
 * marker.
 */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    const found = nextMarker(bytes, at);
    if (found === undefined) return bytes.length;
    if (!isRestart(found.marker)) return found.at;
    at = found.at + 2;
  }
}

/** Returns the repaired payload of a segment, or `payload` itself if it is correct. */
function repairSegment(marker: number, payload: Uint8Array, frame: Frame | undefined): Uint8Array {
  const beginsWith = (text: string): boolean =>
    [...text].every((char, i) => payload[i] === char.charCodeAt(0));
  if (marker === APP0 && beginsWith('JFIF\0') && payload[5] !== 1) return withBytes(payload, 5, [1, 1]);
  if (marker === SOS && frame?.kind === 'sequential') {
    const at = 1 + 2 * (payload[0] ?? 0);
    const isStandard = payload[at] === 0 && payload[at + 1] === 63 && payload[at + 2] === 0;
    return isStandard || at + 3 > payload.length ? payload : withBytes(payload, at, [0, 63, 0]);
  }
  return payload;
}

function withBytes(payload: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = payload.slice();
  copy.set(bytes, at);
  return copy;
}

function readFrame(kind: FrameKind, payload: Uint8Array): Frame {
  const byte = (i: number): number => payload[i] ?? 0;
  const components = Array.from({ length: byte(5) }, (_, i) => ({
    id: byte(6 + 3 * i),
    h: byte(7 + 3 * i) >> 4,
    v: byte(7 + 3 * i) & 15,
  }));
  const [height, width] = [(byte(1) << 8) | byte(2), (byte(3) << 8) | byte(4)];
  const sampled = components.every(({ h, v }) => h >= 1 && h <= 4 && v >= 1 && v <= 4);
  if (payload.length < 6 + 3 * components.length || components.length === 0 || width === 0 || !sampled)
    throw jpegFault('has a damaged frame header');
  return { kind, width, height, components };
}

function readScan(payload: Uint8Array, frame: Frame, start: number, end: number): Scan {
  const count = payload[0] ?? 0;
  if (count < 1 || count > 4 || payload.length < 4 + 2 * count) throw jpegFault('has a damaged scan header');
  const components = Array.from({ length: count }, (_, i) => {
    const index = frame.components.findIndex(({ id }) => id === payload[1 + 2 * i]);
    if (index < 0) throw jpegFault('has a scan of a component that is not in its frame');
    const tables = payload[2 + 2 * i] ?? 0;
    return { index, dcTable: tables >> 4, acTable: tables & 15 };
  });
  const [first = 0, last = 63, bits = 0] = payload.subarray(1 + 2 * count);
  return { components, first, last, high: bits >> 4, low: bits & 15, start, end };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
