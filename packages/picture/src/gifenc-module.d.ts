// gifenc 1.0.3 has no types; these are the parts that this package uses.
declare module 'gifenc/dist/gifenc.esm.js' {
  export type GifColor = [red: number, green: number, blue: number];

  export interface GifFrameOptions {
    palette?: readonly (readonly number[])[];
    /** Milliseconds; GIF stores hundredths of a second. */
    delay?: number;
    /** 0 repeats forever, −1 plays once, n > 0 repeats n times; only the first frame's value is read. */
    repeat?: number;
  }

  export interface GifStream {
    writeFrame(index: Uint8Array, width: number, height: number, options?: GifFrameOptions): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }

  export function GIFEncoder(): GifStream;
  export function quantize(rgba: Uint8Array, maxColors: number): GifColor[];
  export function applyPalette(rgba: Uint8Array, palette: GifColor[]): Uint8Array;
}
