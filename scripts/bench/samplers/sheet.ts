import type { ModelSpec } from '@isonoise/bundle';
import { contactSheet, encodePng } from '@isonoise/picture';
import { INK } from '../../../packages/cli/src/svg-chart.ts';

/** Images of a sampler, `[count, C, H, W]`. */
interface SamplerImages {
  readonly name: string;
  readonly images: Float32Array;
}

const [COLUMNS, LABEL, GAP] = [2, 120, 4];

/** Makes an SVG in two columns, with the name and a row of images for each sampler. */
export function samplersSheet(
  samplers: readonly SamplerImages[],
  { channels, height, width }: ModelSpec['image'],
): string {
  const lines = Math.ceil(samplers.length / COLUMNS);
  const rowHeight = height + GAP;
  const pictures = samplers.map(({ name, images }, i) => {
    const count = images.length / (channels * height * width);
    const png = encodePng(contactSheet(images, [count, channels, height, width], { columns: count, gap: 0 }));
    const rowWidth = count * width;
    const x = Math.floor(i / lines) * (LABEL + rowWidth + 4 * GAP);
    const y = (i % lines) * rowHeight;
    const text = `<text x="${x + LABEL - 2 * GAP}" y="${y + height / 2 + 4}" text-anchor="end">${name}</text>`;
    const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    const image = `<image x="${x + LABEL}" y="${y}" width="${rowWidth}" height="${height}" href="${source}"/>`;
    return { right: x + LABEL + rowWidth, svg: `${text}\n${image}` };
  });
  const right = Math.max(...pictures.map((picture) => picture.right));
  const size = `width="${right}" height="${lines * rowHeight - GAP}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
${pictures.map(({ svg }) => svg).join('\n')}
</svg>
`;
}
