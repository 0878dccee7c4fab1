import { normalize } from '@isonoise/data';
import { contactSheet, encodePng } from '@isonoise/picture';
import type { ImageShape } from '@isonoise/schedule';
import { INK } from '../svg-chart.ts';

/** A drawn image and its nearest training image, as 8-bit pixels. */
interface ShownPair {
  readonly drawn: Uint8Array;
  readonly training: Uint8Array;
  readonly distance: number;
}

export interface PairsBlock {
  readonly title: string;
  readonly pairs: readonly ShownPair[];
}

/** Minimum side of an image in the picture, in pixels. */
const MIN_SIDE = 48;
const [LABEL, GAP, TITLE, CAPTION] = [64, 6, 26, 20];

/**
 * Returns an SVG of the pairs, with a block for each kind of distance. Each drawn image is above its nearest
 * training image. The distance is below both images.
 */
export function pairsPicture(blocks: readonly PairsBlock[], shape: ImageShape): string {
  const scale = Math.max(1, Math.ceil(MIN_SIDE / Math.max(shape.height, shape.width)));
  const [width, height] = [shape.width * scale, shape.height * scale];
  const blockHeight = TITLE + 2 * height + GAP + CAPTION + GAP;
  const columns = Math.max(...blocks.map(({ pairs }) => pairs.length));
  const parts = blocks.flatMap(({ title, pairs }, i) => {
    const top = i * blockHeight;
    const rows = [top + TITLE, top + TITLE + height + GAP] as const;
    const labels = [
      text(0, top + TITLE - 10, title, 'start', 'font-weight="600"'),
      text(LABEL - GAP, rows[0] + height / 2 + 4, 'drawn', 'end'),
      text(LABEL - GAP, rows[1] + height / 2 + 4, 'training', 'end'),
    ];
    const images = pairs.flatMap(({ drawn, training, distance }, column) => {
      const x = LABEL + column * (width + GAP);
      const caption = text(x + width / 2, rows[1] + height + CAPTION - 5, distance.toFixed(2), 'middle');
      return [drawn, training]
        .map((pixels, row) => {
          const size = `width="${width}" height="${height}"`;
          return `<image x="${x}" y="${rows[row as 0 | 1]}" ${size} href="${pngUrl(pixels, shape)}"/>`;
        })
        .concat(caption);
    });
    return [...labels, ...images];
  });
  const size = `width="${LABEL + columns * (width + GAP)}" height="${blocks.length * blockHeight}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="12" fill="${INK}" style="image-rendering: pixelated">
${parts.join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, anchor: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" ${more}>${content}</text>`;
}

function pngUrl(pixels: Uint8Array, { channels, height, width }: ImageShape): string {
  const picture = contactSheet(normalize(pixels), [1, channels, height, width], {
    columns: 1,
    gap: 0,
    backdrop: 'transparent',
  });
  return `data:image/png;base64,${Buffer.from(encodePng(picture)).toString('base64')}`;
}
