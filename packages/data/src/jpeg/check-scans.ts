import {
  createEntropyReader,
  type EntropyReader,
  type HuffmanTable,
  readHuffmanTables,
} from './entropy-reader.ts';
import { type Frame, type JpegFile, jpegFault, type Scan } from './jpeg-file.ts';

/** Maximum of width times height. This limit protects against small headers that claim gigabytes. */
const MAX_PIXELS = 2 ** 27;

/** The blocks of one component. */
interface Plane {
  /** Blocks per row and per column of a non-interleaved scan. */
  readonly columns: number;
  readonly rows: number;
  /** Blocks per row in interleaved scans, which consist of whole MCUs. */
  readonly stride: number;
  /**
   * Whether each coefficient is not 0, `[blocks, 64]`; null except for progressive frames. The positions of
   * refinement bits depend on these flags.
   */
  readonly significant: Uint8Array | null;
  /** Lowest bit of each coefficient in the scans so far, `[64]`; −1 before the first scan. */
  readonly lowest: Int8Array;
}

/**
 * Reads all Huffman codes of a repaired JPEG as a decoder would, without producing pixels.
 *
 * Accepts surplus data after the last block of a scan, because viewers skip them. Checks only the end marker of
 * arithmetic-coded and lossless files.
 *
 * @throws `DATA_FORMAT` if the data end too early or a code is invalid, or if the end marker is missing and the
 *   coefficients are not known to be complete.
 * Source: ITU-T T.81, annexes F.2 and G.2.
 */
export function checkScans({ bytes, parts, endless }: JpegFile): void {
  const tables = new Map<number, HuffmanTable>();
  let interval = 0;
  let frame: Frame | undefined;
  let planes: readonly Plane[] = [];
  for (const part of parts) {
    if (part.type === 'huffman') readHuffmanTables(part.payload, tables);
    if (part.type === 'restart') interval = part.interval;
    if (part.type === 'frame') {
      frame = part.frame;
      if (frame.kind === 'other') {
        if (endless) throw jpegFault('is cut off: its end marker is missing');
        return;
      }
      planes = planesOf(frame);
    }
    if (part.type === 'scan' && frame !== undefined) {
      const reader = createEntropyReader(bytes, part.scan.start, part.scan.end);
      walkScan(part.scan, frame, planes, { reader, tables, interval });
    }
  }
  if (endless && planes.some(({ lowest }) => lowest.some((bit) => bit !== 0)))
    throw jpegFault('is cut off: scans are missing');
}

function planesOf(frame: Frame): readonly Plane[] {
  const { width, height, components, kind } = frame;
  if (width * height > MAX_PIXELS)
    throw jpegFault(`claims ${width}x${height} pixels; the limit is ${MAX_PIXELS}`);
  const [hMax, vMax] = [Math.max(...components.map(({ h }) => h)), Math.max(...components.map(({ v }) => v))];
  const [mcuColumns, mcuRows] = [Math.ceil(width / (8 * hMax)), Math.ceil(height / (8 * vMax))];
  return components.map(({ h, v }) => ({
    columns: Math.ceil(Math.ceil((width * h) / hMax) / 8),
    rows: Math.ceil(Math.ceil((height * v) / vMax) / 8),
    stride: mcuColumns * h,
    significant: kind === 'progressive' ? new Uint8Array(64 * mcuColumns * h * mcuRows * v) : null,
    lowest: new Int8Array(64).fill(-1),
  }));
}

interface Coding {
  readonly reader: EntropyReader;
  readonly tables: ReadonlyMap<number, HuffmanTable>;
  readonly interval: number;
}

type Block = (plane: Plane, block: number) => void;

function walkScan(scan: Scan, frame: Frame, planes: readonly Plane[], coding: Coding): void {
  const { reader, interval } = coding;
  const { kind, width, height, components } = frame;
  let endOfBand = 0;
  const band = {
    get: (): number => endOfBand,
    set: (run: number): void => {
      endOfBand = run;
    },
  };
  const lanes = scan.components.map(({ index, dcTable, acTable }) => ({
    plane: planes[index] as Plane,
    component: components[index] as Frame['components'][number],
    decode: blockDecoder(scan, kind, coding, { dc: dcTable, ac: 16 + acTable, band }),
  }));
  let done = 0;
  const beginUnit = (): void => {
    if (interval > 0 && done > 0 && done % interval === 0) {
      reader.restart(done / interval - 1);
      endOfBand = 0;
    }
    done++;
  };
  const [only] = lanes;
  if (lanes.length === 1 && only !== undefined) {
    const { plane, decode } = only;
    for (let row = 0; row < plane.rows; row++)
      for (let column = 0; column < plane.columns; column++) {
        beginUnit();
        decode(plane, row * plane.stride + column);
      }
  } else {
    const hMax = Math.max(...components.map(({ h }) => h));
    const vMax = Math.max(...components.map(({ v }) => v));
    const [columns, rows] = [Math.ceil(width / (8 * hMax)), Math.ceil(height / (8 * vMax))];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        beginUnit();
        for (const { plane, component, decode } of lanes)
          for (let y = 0; y < component.v; y++)
            for (let x = 0; x < component.h; x++)
              decode(plane, (row * component.v + y) * plane.stride + column * component.h + x);
      }
  }
  for (const { plane } of lanes) plane.lowest.fill(scan.low, scan.first, scan.last + 1);
}

interface BlockTables {
  readonly dc: number;
  readonly ac: number;
  /** Number of remaining blocks in an end-of-band run (T.81, G.1.2.2). */
  readonly band: { get(): number; set(run: number): void };
}

function blockDecoder(
  scan: Scan,
  kind: Frame['kind'],
  { reader, tables }: Coding,
  { dc, ac, band }: BlockTables,
): Block {
  const table = (key: number): HuffmanTable => {
    const found = tables.get(key);
    if (found === undefined) throw jpegFault('is damaged: a scan uses an undefined Huffman table');
    return found;
  };
  const { first, last, high } = scan;
  if (last > 63 || first > last) throw jpegFault('has a damaged scan header');
  if (kind === 'sequential') {
    const [dcTable, acTable] = [table(dc), table(ac)];
    return () => {
      reader.bits(reader.symbol(dcTable) & 15);
      for (let k = 1; k < 64; k++) {
        const symbol = reader.symbol(acTable);
        const [run, size] = [symbol >> 4, symbol & 15];
        if (size === 0 && run !== 15) break;
        k += run;
        reader.bits(size);
      }
    };
  }
  if (first === 0) {
    if (high !== 0) return () => void reader.bits(1);
    const dcTable = table(dc);
    return () => void reader.bits(reader.symbol(dcTable) & 15);
  }
  const acTable = table(ac);
  return high === 0 ? firstPass(scan, reader, acTable, band) : refinement(scan, reader, acTable, band);
}

/** Decodes the first bits of a band of coefficients (T.81, G.1.2.2). */
function firstPass(
  { first, last }: Scan,
  reader: EntropyReader,
  table: HuffmanTable,
  band: BlockTables['band'],
): Block {
  return ({ significant }, block) => {
    if (band.get() > 0) {
      band.set(band.get() - 1);
      return;
    }
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(table);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run !== 15) {
        band.set((1 << run) - 1 + reader.bits(run));
        return;
      }
      k += run;
      reader.bits(size);
      if (size > 0 && significant !== null && k < 64) significant[64 * block + k] = 1;
    }
  };
}

/** Decodes one more bit of a band. Each non-zero coefficient has a correction bit (T.81, G.1.2.3). */
function refinement(
  { first, last }: Scan,
  reader: EntropyReader,
  table: HuffmanTable,
  band: BlockTables['band'],
): Block {
  return ({ significant }, block) => {
    if (significant === null) return;
    const base = 64 * block;
    const correct = (k: number): boolean => {
      if (significant[base + k] === 0) return false;
      reader.bits(1);
      return true;
    };
    let k = first;
    if (band.get() === 0) {
      for (; k <= last; k++) {
        const symbol = reader.symbol(table);
        let run = symbol >> 4;
        const size = symbol & 15;
        if (size === 0 && run !== 15) {
          band.set((1 << run) + reader.bits(run));
          break;
        }
        // Read the sign bit of a coefficient that becomes 1 or −1.
        if (size > 1) throw jpegFault('is damaged: bad Huffman code');
        reader.bits(size);
        for (; k <= last; k++) if (!correct(k) && --run < 0) break;
        if (size !== 0 && k <= last) significant[base + k] = 1;
      }
    }
    if (band.get() > 0) {
      for (; k <= last; k++) correct(k);
      band.set(band.get() - 1);
    }
  };
}
