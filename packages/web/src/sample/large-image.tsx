import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { toRgba } from '../ui/to-rgba.ts';
import type { PinnedImage } from './pinned-image.ts';

interface LargeImageProps extends Pick<PinnedImage, 'bytes' | 'shape'> {
  readonly label: string;
}

/** Shows one image as large as possible, with sharp pixels. */
export function LargeImage({ bytes, shape: [channels, height, width], label }: LargeImageProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = new ImageData(toRgba(bytes, channels), width, height);
    canvas.current?.getContext('2d')?.putImageData(pixels, 0, 0);
  }, [bytes]);
  return (
    <div class="stage">
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        class={channels === 4 ? 'checkers' : ''}
        style={{ aspectRatio: `${width} / ${height}` }}
        width={width}
        height={height}
      />
    </div>
  );
}
