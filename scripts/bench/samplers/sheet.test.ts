import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { samplersSheet } from './sheet.ts';

it('samplersSheet shows the name and a row of images of each sampler, in two columns', () => {
  const images = Float32Array.of(-1, -1, -1, -1, 1, 1, 1, 1);
  const shape = { channels: 1, height: 2, width: 2 };
  const svg = samplersSheet(
    ['ddim', 'unipc', 'lms'].map((name) => ({ name, images })),
    shape,
  );
  expect([...svg.matchAll(/>([\w-]+)<\/text>/g)].map(([, name]) => name)).toEqual(['ddim', 'unipc', 'lms']);
  const pictures = [...svg.matchAll(/base64,([^"]+)"/g)].map(([, text]) =>
    decode(Buffer.from(text ?? '', 'base64')),
  );
  expect(pictures).toHaveLength(3);
  expect(pictures[0]).toMatchObject({ width: 4, height: 2 });
  const grey = pictures[0]?.data.filter((_, i) => i % (pictures[0]?.channels ?? 1) === 0);
  expect([...(grey ?? [])]).toEqual([0, 0, 255, 255, 0, 0, 255, 255]);
  // Two samplers are in the first column, and the third is beside the first.
  expect([...svg.matchAll(/<image x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => [x, y])).toEqual([
    ['120', '0'],
    ['120', '6'],
    ['260', '0'],
  ]);
});
