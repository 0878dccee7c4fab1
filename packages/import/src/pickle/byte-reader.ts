import { plural } from '@isonoise/error';
import { importError } from '../errors.ts';

/** Advice for damaged pickles. */
export const GET_AGAIN = 'The file is damaged: get it again';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the bytes of a pickle in order. Every read checks that the bytes exist. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #description: string;
  #at: number;

  /**
   * @param description location of the pickle, for errors
   * @param start offset of the first byte
   */
  constructor(bytes: Uint8Array, description: string, start: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#description = description;
  }

  /** The offset of the next byte. */
  get at(): number {
    return this.#at;
  }

  /** @throws `IMPORT_PICKLE` */
  fail(
    found: string,
    expected = 'a state dict of PyTorch',
    advice = 'Save only the state dict, preferably as safetensors',
  ): never {
    throw importError(
      'IMPORT_PICKLE',
      `import: ${this.#description}, byte ${this.#at}: ${found}; expected ${expected}. Nothing was executed. ${advice}.`,
    );
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** Reads a length of 8 bytes. Values above 2⁵³ are inexact, but longer than the file. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  /** Reads a float64. Pickles store the highest byte first. */
  f64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return UTF8.decode(bytes);
    } catch {
      return this.fail('found other bytes', 'text in UTF-8', GET_AGAIN);
    }
  }

  /** Reads text that ends with a line break. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) this.fail('a line has no end', 'a line break', GET_AGAIN);
    const text = this.text(end - this.#at);
    this.#take(1);
    return text;
  }

  #take(length: number): number {
    const start = this.#at;
    const left = this.#bytes.length - start;
    if (!(length <= left))
      this.fail(`the pickle ends after ${plural(left, 'byte')}`, `${length} more`, GET_AGAIN);
    this.#at = start + length;
    return start;
  }
}
