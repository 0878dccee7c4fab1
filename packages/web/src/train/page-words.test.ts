import { chooseKernel } from '@isonoise/data';
import { parseTrainConfig, trainingAdvice } from '@isonoise/train';
import { expect, it } from 'vitest';
import { inPageWords } from './page-words.ts';

it.each([
  [
    'the model will draw lines where edges do not match. Cut the images from larger pictures with --fit seamless',
    'the model will draw lines where edges do not match. Cut the images from larger pictures with the fit “Seamless tile”',
  ],
  [
    'tags: 2 of 3 are used; the others belong to fewer than 5 images (--min-tag-count)',
    'tags: 2 of 3 are used; the others belong to fewer than 5 images',
  ],
])('inPageWords rewrites %j', (text, words) => {
  expect(inPageWords(text)).toBe(words);
});

it('inPageWords rewrites the note about the kernel of pixel art', async () => {
  // Squares of 4 × 4 equal pixels.
  const pixels = Uint8Array.from({ length: 16 * 16 }, (_, i) => (((i >> 2) + (i >> 6)) % 2 === 0 ? 0 : 255));
  const size = { width: 16, height: 16 };
  const art = { pixels, channels: 1 as const, size, original: size, cut: 0 };
  const { notes } = await chooseKernel(['a.png'], async () => art, { width: 32, height: 32 });
  expect(notes.map(inPageWords)).toEqual([
    'the images are pixel art (few colours, hard edges), so each pixel is scaled without smoothing',
  ]);
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

it.each([
  [{ steps: 4000 }, / Take \d+ steps, or add images, or transform them at random \(probability 0\.12\)$/],
  [
    { steps: 4000, minutes: 10 },
    / Take \d+(\.\d+)? minutes?, or add images, or transform them at random \(probability 0\.12\)$/,
  ],
])('inPageWords rewrites the suggested length of a run of %j', (length, words) => {
  const shape = { channels: 1, height: 8, width: 8 };
  const pixels = Uint8Array.from({ length: 160 * 64 }, (_, i) => (i * 37) % 251);
  const config = parseTrainConfig({ dataset: 'few', batchSize: 32, network: { sample_size: 8 }, ...length });
  const advice = trainingAdvice({ name: 'few', count: 160, shape, pixels }, config);
  const passes = advice.find(({ code }) => code === 'many-passes');
  expect(passes?.text).toContain('--');
  expect(inPageWords(passes?.text ?? '')).toMatch(words);
});
