import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { toRgba } from './to-rgba.ts';

/** Images of 8-bit samples: a batch as it is shown. */
export interface ByteImages {
  /** `[N, C, H, W]`. */
  readonly bytes: Uint8Array;
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
}

interface ImageGridProps {
  readonly images: ByteImages;
  /** Images in a row; default ⌈√N⌉, as on a contact sheet. */
  readonly columns?: number;
  /** What is to be seen, for those who do not see it. */
  readonly label: string;
}

/** Between images, of the width of a row: some four pixels of a large screen. */
const GAP = 0.006;

/**
 * A batch of images, as large as there is room; what lies behind is seen between them. One canvas for all: making and
 * painting a thousand would be long tasks.
 */
export function ImageGrid({ images, columns, label }: ImageGridProps): JSX.Element {
  const [count, , height, width] = images.shape;
  const inRow = columns ?? Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / inRow);
  const gap = Math.max(1, Math.round(GAP * inRow * width));
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    for (let n = 0; n < count; n++) {
      const [column, row] = [n % inRow, Math.floor(n / inRow)];
      context?.putImageData(imageData(images, n), column * (width + gap), row * (height + gap));
    }
  }, [images.bytes, inRow]);
  return (
    <div class="image-grid" role="img" aria-label={label}>
      <canvas ref={canvas} width={inRow * (width + gap) - gap} height={rows * (height + gap) - gap} />
    </div>
  );
}

function imageData({ bytes, shape: [, channels, height, width] }: ByteImages, n: number): ImageData {
  const size = channels * height * width;
  return new ImageData(toRgba(bytes.subarray(n * size, (n + 1) * size), channels), width, height);
}
