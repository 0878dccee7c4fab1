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

/** A batch of images, each pixel a square, as large as there is room. */
export function ImageGrid({ images, columns, label }: ImageGridProps): JSX.Element {
  const [count, channels, height, width] = images.shape;
  const size = channels * height * width;
  const inRow = columns ?? Math.ceil(Math.sqrt(count));
  return (
    <div class="image-grid" role="img" aria-label={label} style={{ '--columns': String(inRow) }}>
      {Array.from({ length: count }, (_, n) => (
        <Tile
          key={n}
          bytes={images.bytes.subarray(n * size, (n + 1) * size)}
          channels={channels}
          height={height}
          width={width}
        />
      ))}
    </div>
  );
}

interface TileProps {
  readonly bytes: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

function Tile({ bytes, channels, height, width }: TileProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(toRgba(bytes, channels), width, height), 0, 0);
  });
  return <canvas ref={canvas} width={width} height={height} />;
}
