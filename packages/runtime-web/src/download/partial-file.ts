import type { FileRecord } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { ModelStorage } from '../storage/model-storage.ts';

/** Size at which a received part is stored. Closing the tab loses at most this number of bytes. */
const PART_BYTES = 1 << 20;

/** Number of digits of an offset in a key. Leading zeros give the keys the order of the parts in the file. */
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
  /** Whether earlier responses have stored bytes, which are kept until a response with the whole file is complete. */
  #hasEarlier = false;

  private constructor({ sha256, bytes }: FileRecord, storage: ModelStorage) {
    this.bytes = new Uint8Array(bytes);
    this.#storage = storage;
    this.#prefix = `partial/${sha256}/`;
  }

  /** Loads the stored parts of a file. Parts that do not fit together are deleted. */
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
   * Begins with the first byte again, for a response with the whole file. The stored bytes of earlier responses are kept, because
   * the response may be a different page.
   */
  async restart(): Promise<void> {
    await this.flush();
    this.#hasEarlier = this.#length > 0;
    this.#length = 0;
    this.#stored = 0;
    this.etag = undefined;
  }

  /**
   * Rejects the bytes of a response with the whole file, and returns to the bytes of earlier responses.
   *
   * @returns whether bytes of earlier responses are left
   */
  async revert(): Promise<boolean> {
    if (this.#hasEarlier) await this.#read();
    else await this.reset();
    return this.#length > 0;
  }

  /** Stores the bytes of an interrupted response. If it was to replace earlier bytes, those are used again instead. */
  async settle(): Promise<void> {
    if (this.#hasEarlier) await this.#read();
    else await this.flush();
  }

  /** Stores the bytes that are not stored yet. */
  async flush(): Promise<void> {
    if (this.#stored === this.#length || this.#hasEarlier) return;
    if (this.etag !== undefined && this.#stored === 0) {
      await this.#storage.put(this.#etagKey, new TextEncoder().encode(this.etag));
    }
    await this.#storage.put(this.#partKey(this.#stored), this.bytes.subarray(this.#stored, this.#length));
    this.#stored = this.#length;
  }

  /** Deletes all bytes, so that the download restarts. */
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
