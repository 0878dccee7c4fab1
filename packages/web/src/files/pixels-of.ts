import type { Rgba } from './image-values.ts';

/** Decodes a picture. @throws the browser's error if it is not a picture */
export async function pixelsOf(file: Blob): Promise<Rgba> {
  const bitmap = await createImageBitmap(file);
  const context = canvasOf(bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  return pixels;
}

/** Creates a canvas for reading pixels, and returns its context. */
export function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null)
    throw new Error(
      'images: this browser has no 2D canvas; expected one to read images. Use a current browser.',
    );
  return context;
}
