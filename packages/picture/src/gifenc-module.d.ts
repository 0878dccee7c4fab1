// gifenc 1.0.3 carries no types; these are the parts that gif.ts uses.
declare module 'gifenc/dist/gifenc.esm.js' {
  export type GifColor = [red: number, green: number, blue: number];

  export interface GifFrameOptions {
    palette?: readonly (readonly number[])[];
    /** Milliseconds; GIF keeps hundredths of a second. */
    delay?: number;
    /** 0 for ever, −1 once, n > 0 that many times again; read with the first frame. */
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
