import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { fitColumns, fittedWidth } from './fit-columns.ts';
import { type GridLayout, gridLayout } from './grid-layout.ts';
import { ImageButtons } from './image-buttons.tsx';
import { shrinkImage } from './shrink-image.ts';
import { toRgba } from './to-rgba.ts';
import { MOST_HEIGHT, useBox } from './use-box.ts';

/** A batch of images as 8-bit samples. */
export interface ByteImages {
  /** `[N, C, H, W]`. */
  readonly bytes: Uint8Array;
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
}

interface ImageGridProps {
  readonly images: ByteImages;
  /** Images per row; default ⌈√N⌉, as on a contact sheet. With `fill`, the length of a series such as classes in turn. */
  readonly columns?: number | undefined;
  /** Whether the number of columns is chosen so that the images are as large as possible. Default false. */
  readonly fill?: boolean;
  /** Maximum share of the window's height that the images take. Default {@link MOST_HEIGHT}. */
  readonly share?: number;
  /** Text alternative of the images. */
  readonly label: string;
  /** Opens an image; the images are then buttons. */
  readonly onOpen?: ((index: number) => void) | undefined;
  /** Accessible name of an image as a button. */
  readonly labelOf?: (index: number) => string;
}

/**
 * Shows a batch of images, as large as the container allows, with transparent gaps. All images share one canvas,
 * because creating and painting a thousand canvases would block the page. A checkerboard is shown behind images with
 * alpha.
 */
export function ImageGrid({
  images,
  columns,
  fill = false,
  share = MOST_HEIGHT,
  label,
  onOpen,
  labelOf = String,
}: ImageGridProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const box = useBox(frame, share);
  const [count, channels, height, width] = images.shape;
  const fitted = fill && box !== null ? fitColumns(count, { width, height }, box, columns) : columns;
  const layout = gridLayout(images.shape, fitted);
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    const { cell, gap } = layout;
    for (let n = 0; n < count; n++) {
      const [column, row] = [n % layout.columns, Math.floor(n / layout.columns)];
      context?.putImageData(
        imageData(images, n, layout),
        column * (cell.width + gap),
        row * (cell.height + gap),
      );
    }
  }, [images.bytes, layout.columns]);
  const most =
    box === null ? undefined : Math.floor(fittedWidth(count, { width, height }, box, layout.columns));
  return (
    <div class="image-grid" ref={frame}>
      <div class="image-grid-images" style={fill && most !== undefined ? { maxWidth: `${most}px` } : {}}>
        <div role="img" aria-label={label}>
          <canvas
            class={channels === 4 ? 'checkers' : ''}
            ref={canvas}
            width={layout.width}
            height={layout.height}
          />
        </div>
        {onOpen === undefined ? null : <ImageButtons {...{ count, layout, labelOf, onOpen }} />}
      </div>
    </div>
  );
}

function imageData({ bytes, shape }: ByteImages, n: number, { shrink, cell }: GridLayout): ImageData {
  const [, channels, height, width] = shape;
  const size = channels * height * width;
  const image = shrinkImage(bytes.subarray(n * size, (n + 1) * size), [channels, height, width], shrink);
  return new ImageData(toRgba(image, channels), cell.width, cell.height);
}
