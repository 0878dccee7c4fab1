// Types for the parts of gifenc 1.0.3 that this package uses. gifenc itself has no types.
declare module 'gifenc/dist/gifenc.esm.js' {
  export type GifColor = [red: number, green: number, blue: number];

  export interface GifFrameOptions {
    palette?: readonly (readonly number[])[];
    /** Duration in milliseconds, which GIF rounds to hundredths of a second. */
    delay?: number;
    /** Number of repeats of the animation: 0 means forever, −1 none. Only the first frame's value counts. */
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
