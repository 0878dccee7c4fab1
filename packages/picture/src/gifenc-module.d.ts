// gifenc 1.0.3 carries no types; these are the parts that gif.ts uses.
// In Node the package is CommonJS (everything under `default`), through a bundler it is ESM (named exports).
declare module 'gifenc' {
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

  export interface Gifenc {
    GIFEncoder(): GifStream;
    quantize(rgba: Uint8Array, maxColors: number): GifColor[];
    applyPalette(rgba: Uint8Array, palette: GifColor[]): Uint8Array;
  }

  export const GIFEncoder: Gifenc['GIFEncoder'] | undefined;
  export const quantize: Gifenc['quantize'] | undefined;
  export const applyPalette: Gifenc['applyPalette'] | undefined;
  const commonJs: Gifenc;
  export default commonJs;
}
