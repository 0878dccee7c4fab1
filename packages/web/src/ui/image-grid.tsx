import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type GridLayout, gridLayout } from './grid-layout.ts';
import { shrinkImage } from './shrink-image.ts';
import { toRgba } from './to-rgba.ts';

/** A batch of images as 8-bit samples. */
export interface ByteImages {
  /** `[N, C, H, W]`. */
  readonly bytes: Uint8Array;
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
}

interface ImageGridProps {
  readonly images: ByteImages;
  /** Images per row; default ⌈√N⌉, as on a contact sheet. */
  readonly columns?: number | undefined;
  /** Text alternative of the images. */
  readonly label: string;
}

/**
 * Shows a batch of images, as large as the container allows, with transparent gaps. All images share one
 * canvas, because creating and painting a thousand canvases would block the page. Images with alpha lie on a checkerboard.
 */
export function ImageGrid({ images, columns, label }: ImageGridProps): JSX.Element {
  const layout = gridLayout(images.shape, columns);
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    const { cell, gap } = layout;
    for (let n = 0; n < images.shape[0]; n++) {
      const [column, row] = [n % layout.columns, Math.floor(n / layout.columns)];
      context?.putImageData(
        imageData(images, n, layout),
        column * (cell.width + gap),
        row * (cell.height + gap),
      );
    }
  }, [images.bytes, layout.columns]);
  return (
    <div class="image-grid" role="img" aria-label={label}>
      <canvas
        class={images.shape[1] === 4 ? 'checkers' : ''}
        ref={canvas}
        width={layout.width}
        height={layout.height}
      />
    </div>
  );
}

function imageData({ bytes, shape }: ByteImages, n: number, { shrink, cell }: GridLayout): ImageData {
  const [, channels, height, width] = shape;
  const size = channels * height * width;
  const image = shrinkImage(bytes.subarray(n * size, (n + 1) * size), [channels, height, width], shrink);
  return new ImageData(toRgba(image, channels), cell.width, cell.height);
}
