import type { FileRecord } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { ModelStorage } from '../storage/model-storage.ts';

/** Received bytes are stored when there are at least this many. */
const PART_BYTES = 1 << 20;

/** Number of digits of an offset in a key. With leading zeros, keys that are sorted as text are sorted by offset. */
const OFFSET_DIGITS = 12;

/** A file that is being downloaded. It holds the first `length` bytes, including bytes from earlier visits. */
export class PartialFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** ETag of the file to which the bytes belong; undefined if the server sent no usable ETag. */
  etag: string | undefined;
  readonly #storage: ModelStorage;
  readonly #prefix: string;
  #length = 0;
  #stored = 0;
  /** Whether a response with the whole file is being received. The stored bytes of earlier responses are then kept. */
  #hasEarlier = false;

  private constructor({ sha256, bytes }: FileRecord, storage: ModelStorage) {
    this.bytes = new Uint8Array(bytes);
    this.#storage = storage;
    this.#prefix = `partial/${sha256}/`;
  }

  /** Loads the stored parts of a file. If they do not fit together, all are deleted. */
  static async load(expected: FileRecord, storage: ModelStorage): Promise<PartialFile> {
    const file = new PartialFile(expected, storage);
    await file.#read();
    return file;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends received bytes. @throws RangeError if the file would become longer than expected */
  async append(chunk: Uint8Array): Promise<void> {
    if (!this.#fits(chunk)) throw new RangeError(`got more than ${plural(this.bytes.length, 'byte')}`);
    this.#add(chunk);
    if (this.#length - this.#stored >= PART_BYTES) await this.flush();
  }

  /**
   * Starts at the first byte, for a response with the whole file. The stored bytes of earlier responses are kept,
   * because the response may be something else, such as a sign-in page.
   */
  async restart(): Promise<void> {
    await this.flush();
    this.#hasEarlier = this.#length > 0;
    this.#length = 0;
    this.#stored = 0;
    this.etag = undefined;
  }

  /**
   * Rejects the received bytes. Loads the stored bytes of earlier responses again, or deletes all bytes if the rejected
   * response continued the earlier ones.
   *
   * @returns whether bytes of earlier responses are left
   */
  async revert(): Promise<boolean> {
    if (this.#hasEarlier) await this.#read();
    else await this.reset();
    return this.#length > 0;
  }

  /** Stores the bytes of an interrupted response. If earlier bytes are kept, loads these instead. */
  async settle(): Promise<void> {
    if (this.#hasEarlier) await this.#read();
    else await this.flush();
  }

  /** Stores the bytes that are not stored yet, unless earlier bytes are kept. */
  async flush(): Promise<void> {
    if (this.#stored === this.#length || this.#hasEarlier) return;
    if (this.etag !== undefined && this.#stored === 0) {
      await this.#storage.put(this.#etagKey, new TextEncoder().encode(this.etag));
    }
    await this.#storage.put(this.#partKey(this.#stored), this.bytes.subarray(this.#stored, this.#length));
    this.#stored = this.#length;
  }

  /** Deletes all bytes and the ETag, in memory and in the storage. */
  async reset(): Promise<void> {
    this.#length = 0;
    this.#stored = 0;
    this.#hasEarlier = false;
    this.etag = undefined;
    for (const key of await this.#storage.keys(this.#prefix)) await this.#storage.delete(key);
  }

  async #read(): Promise<void> {
    this.#length = 0;
    this.#hasEarlier = false;
    this.etag = undefined;
    for (const key of await this.#storage.keys(this.#prefix)) {
      const part = await this.#storage.get(key);
      if (key === this.#etagKey) this.etag = part && new TextDecoder().decode(part);
      else if (key === this.#partKey(this.#length) && part && this.#fits(part)) this.#add(part);
      else {
        await this.reset();
        break;
      }
    }
    this.#stored = this.#length;
  }

  get #etagKey(): string {
    return `${this.#prefix}etag`;
  }

  #partKey(offset: number): string {
    return this.#prefix + String(offset).padStart(OFFSET_DIGITS, '0');
  }

  #fits(chunk: Uint8Array): boolean {
    return this.#length + chunk.length <= this.bytes.length;
  }

  #add(chunk: Uint8Array): void {
    this.bytes.set(chunk, this.#length);
    this.#length += chunk.length;
  }
}
