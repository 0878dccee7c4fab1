import { parseTrainConfig, trainingAdvice } from '@isonoise/train';
import { expect, it } from 'vitest';
import { inPageWords } from './page-words.ts';

it.each([
  [
    'the images are pixel art (few colours, hard edges), so they are scaled with --kernel nearest; choose another with --kernel',
    'the images are pixel art (few colours, hard edges), so each pixel is scaled without smoothing',
  ],
  [
    'tags: 2 of 3 are used; the others belong to fewer than 5 images (--min-tag-count)',
    'tags: 2 of 3 are used; the others belong to fewer than 5 images',
  ],
])('inPageWords rewrites %j', (text, words) => {
  expect(inPageWords(text)).toBe(words);
});

it('inPageWords rewrites every flag in a long list of advice', () => {
  const [count, side] = [66, 32];
  const dataset = {
    name: 'sprites',
    count,
    shape: { channels: 1, height: side, width: side },
    // Squares of 2 × 2 equal pixels in four greys.
    pixels: Uint8Array.from({ length: count * side * side }, (_, i) => {
      const [x, y] = [(i % side) >> 1, Math.floor(i / side) >> 1];
      return 80 * ((3 * x + 5 * y + Math.floor(i / (side * side))) % 4);
    }),
    labels: Int32Array.from({ length: count }, (_, i) => i % 22),
    classNames: Array.from({ length: 22 }, (_, i) => `class ${i}`),
  };
  const config = parseTrainConfig({
    dataset: 'sprites',
    batchSize: 8,
    steps: 10,
    network: { num_class_embeds: 23, sample_size: side },
  });
  const advice = trainingAdvice(dataset, config);
  const small = trainingAdvice({ ...dataset, classNames: dataset.classNames.slice(0, 2) }, config);
  const codes = [...advice, ...small].map(({ code }) => code);
  expect(new Set(codes)).toEqual(
    new Set(['few-images', 'mixed-classes', 'small-classes', 'few-steps', 'repeated-pixels', 'preset']),
  );
  for (const { text } of [...advice, ...small]) expect(inPageWords(text)).not.toContain('--');
});
