import { withOpaqueAlpha } from './alpha.ts';
import type { ImageSize } from './image-size.ts';

/** Number of channels of an image: 1 for grey, 3 for colour, 4 for premultiplied colour and alpha. */
export type Channels = 1 | 3 | 4;

/** Channels of a set. With `auto`, a set has 4 channels if any of its images is visibly transparent, otherwise 3. */
export type ChannelChoice = Channels | 'auto';

/** The pixels of one image, `[C, H, W]`, or of several, `[K, C, H, W]`. */
export interface ImagePixels {
  readonly pixels: Uint8Array;
  readonly channels: Channels;
}

export interface PixelStoreOptions {
  /** Expected number of images. The store grows if there are more. */
  readonly capacity: number;
  readonly channels: ChannelChoice;
  readonly size: ImageSize;
  /** Throws if the channels and images need too much memory. Called before memory is allocated. */
  readonly check: (channels: Channels, images: number) => void;
}

/**
 * Collects the pixels of images in one array. When the first image with alpha is added, earlier images with 3
 * channels get an opaque alpha channel.
 */
export class PixelStore {
  readonly #options: PixelStoreOptions;
  readonly #plane: number;
  #channels: Channels;
  #pixels: Uint8Array<ArrayBuffer>;
  #count = 0;

  constructor(options: PixelStoreOptions) {
    const { capacity, channels, size, check } = options;
    this.#options = options;
    this.#plane = size.width * size.height;
    this.#channels = channels === 'auto' ? 3 : channels;
    check(this.#channels, capacity);
    this.#pixels = new Uint8Array(capacity * this.#channels * this.#plane);
  }

  get channels(): Channels {
    return this.#channels;
  }

  add({ pixels, channels }: ImagePixels): void {
    if (channels === 4 && this.#channels === 3) {
      this.#options.check(4, this.#capacity);
      this.#pixels = withOpaqueAlpha(this.#pixels, this.#plane);
      this.#channels = 4;
    }
    const same = channels === this.#channels ? pixels : withOpaqueAlpha(pixels, this.#plane);
    const one = this.#channels * this.#plane;
    const count = this.#count + same.length / one;
    if (count > this.#capacity) this.#grow(count);
    this.#pixels.set(same, this.#count * one);
    this.#count = count;
  }

  get #capacity(): number {
    return this.#pixels.length / (this.#channels * this.#plane);
  }

  /** Makes room for at least `count` images. At least doubles the room, so that pixels are rarely copied. */
  #grow(count: number): void {
    const capacity = Math.max(count, 2 * this.#count);
    this.#options.check(this.#channels, capacity);
    const before = this.#pixels;
    this.#pixels = new Uint8Array(capacity * this.#channels * this.#plane);
    this.#pixels.set(before);
  }

  /** Returns the pixels of all added images, `[N, C, H, W]`. */
  get pixels(): Uint8Array<ArrayBuffer> {
    const used = this.#count * this.#channels * this.#plane;
    return used === this.#pixels.length ? this.#pixels : this.#pixels.slice(0, used);
  }
}
