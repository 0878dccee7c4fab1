import { jpegFault } from './jpeg-file.ts';

/** Huffman codes by 16-bit prefix, as code length << 8 | symbol; 0 if no code matches. */
export type HuffmanTable = Uint16Array;

/** Reads a DHT segment into `tables`, keyed by class (0 DC, 1 AC) · 16 + number. Source: ITU-T T.81, annex C. */
export function readHuffmanTables(payload: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at < payload.length; ) {
    const key = payload[at] ?? 0;
    const counts = payload.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = payload.subarray(at + 17, at + 17 + total);
    if (counts.length < 16 || symbols.length < total) throw jpegFault('has a damaged Huffman table');
    const table = new Uint16Array(65536);
    let [code, k] = [0, 0];
    for (let length = 1; length <= 16; length++) {
      for (let i = 0; i < (counts[length - 1] ?? 0); i++, k++, code++) {
        const from = code << (16 - length);
        if (from > 0xffff) throw jpegFault('has a damaged Huffman table');
        table.fill((length << 8) | (symbols[k] ?? 0), from, from + (1 << (16 - length)));
      }
      code <<= 1;
    }
    tables.set(key, table);
    at += 17 + total;
  }
}

/**
 * Reads the entropy-coded bits of one scan, with the most significant bit first. 0xFF 0x00 stands for the byte 0xFF.
 */
export interface EntropyReader {
  symbol(table: HuffmanTable): number;
  /** @param count 0 to 16 */
  bits(count: number): number;
  /** Skips to the data after the restart marker `number`. */
  restart(number: number): void;
}

/**
 * Creates a reader of `bytes` from `start` to `end`.
 *
 * @throws `DATA_FORMAT` (all methods) if the data ends or no code matches the next bits
 */
export function createEntropyReader(bytes: Uint8Array, start: number, end: number): EntropyReader {
  let at = start;
  let [buffer, filled] = [0, 0];
  /** Number of padding bits, which replace the data after a marker or the end. Reading a padding bit is an error. */
  let missing = 0;

  const fill = (): void => {
    while (filled <= 16) {
      let byte = 0;
      if (at >= end || (bytes[at] === 0xff && bytes[at + 1] !== 0)) missing += 8;
      else {
        byte = bytes[at] ?? 0;
        at += byte === 0xff ? 2 : 1;
      }
      buffer = ((buffer << 8) | byte) & 0xffffff;
      filled += 8;
    }
  };
  const take = (count: number): void => {
    filled -= count;
    if (filled < missing) throw jpegFault('is cut off: its pixels end too early');
  };
  return {
    symbol(table) {
      if (filled < 16) fill();
      const entry = table[(buffer >>> (filled - 16)) & 0xffff] ?? 0;
      if (entry === 0) {
        if (filled - 16 < missing) throw jpegFault('is cut off: its pixels end too early');
        throw jpegFault('is damaged: bad Huffman code');
      }
      take(entry >> 8);
      return entry & 0xff;
    },
    bits(count) {
      if (count === 0) return 0;
      if (filled < count) fill();
      const value = (buffer >>> (filled - count)) & ((1 << count) - 1);
      take(count);
      return value;
    },
    restart(number) {
      [buffer, filled, missing] = [0, 0, 0];
      // Skip surplus bytes before the marker.
      while (at < end && !(bytes[at] === 0xff && bytes[at + 1] !== 0 && bytes[at + 1] !== 0xff)) at++;
      if (bytes[at + 1] !== 0xd0 + (number & 7) || at >= end)
        throw jpegFault('is damaged: a restart marker is missing');
      at += 2;
    },
  };
}
