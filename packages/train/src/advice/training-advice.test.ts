import type { Dataset } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import { recipe } from '../recipe.ts';
import { trainingAdvice } from './training-advice.ts';

/** Creates images whose values depend on the position. The default side is 16. */
function images(
  count: number,
  more: Partial<Dataset> & { readonly side?: number } = {},
  value?: (i: number) => number,
): Dataset {
  const { side = 16, ...rest } = more;
  return {
    name: 'set',
    count,
    shape: { channels: 3, height: side, width: side },
    pixels: Uint8Array.from({ length: count * 3 * side * side }, (_, i) =>
      (value ?? ((at) => (at * 7919) % 251))(i),
    ),
    ...rest,
  };
}

const adviceOf = (dataset: Dataset, train: object = {}, isChosen = false) =>
  trainingAdvice(dataset, recipe(dataset, 'base', { train: { steps: 900, ...train } }), { isChosen });
const codes = (...args: Parameters<typeof adviceOf>) => adviceOf(...args).map(({ code }) => code);

describe('trainingAdvice', () => {
  it('gives no advice if there are enough images and steps', () => {
    expect(adviceOf(images(200))).toEqual([]);
  });

  it('reports few images, unless they do not fill a batch', () => {
    expect(adviceOf(images(99))[0]).toMatchObject({
      code: 'few-images',
      text: expect.stringMatching(/^99 images are few/),
    });
    expect(adviceOf(images(1), { batchSize: 1 })[0]?.text).toMatch(/^1 image is not enough: /);
    expect(codes(images(31))).not.toContain('few-images');
  });

  it('reports images whose opposite edges do not match if the network is tileable', () => {
    const wave = (length: number) =>
      images(200, {}, (at) =>
        Math.round(100 + 90 * Math.sin((2 * Math.PI * (at % 16)) / length + Math.floor(at / 768))),
      );
    const of = (dataset: Dataset, architecture: string) =>
      trainingAdvice(
        dataset,
        recipe(dataset, 'base', { train: { steps: 900 }, network: { _class_name: architecture } }),
      );
    expect(of(wave(16), 'TileableUNet2D')).toEqual([]);
    expect(of(wave(11), 'UNet2DModel')).toEqual([]);
    // The ratio of the differences is sin(15 π / 64) / sin(π / 64) = 13.7.
    expect(of(wave(64), 'TileableUNet2D')).toEqual([
      {
        code: 'open-edges',
        text:
          'the images do not repeat: opposite edges differ 13.7 times as much as neighbours inside, so the model will draw ' +
          'lines where edges do not match. Cut the images from larger pictures with --fit seamless',
      },
    ]);
  });

  it('reports classes with few images, and sets that are too mixed', () => {
    const labels = (classes: number, count: number) =>
      Uint8Array.from({ length: count }, (_, i) => i % classes);
    const names = (classes: number) => Array.from({ length: classes }, (_, i) => `c${i}`);
    const uneven = images(200, {
      labels: Uint8Array.from({ length: 200 }, (_, i) => (i < 4 ? 1 : 0)),
      classNames: ['cat', 'dog'],
    });
    expect(adviceOf(uneven)).toEqual([
      {
        code: 'small-classes',
        text: '1 of 2 classes has fewer than 10 images: dog. Add images, join classes, or train without classes (--unconditional)',
      },
    ]);
    expect(adviceOf({ ...uneven, classNames: ['cat', 'dog\nerror'] })[0]?.text).toContain(
      ': dog\\x0aerror. ',
    );
    expect(codes(images(200, { labels: labels(40, 200), classNames: names(40) }))).toEqual(['mixed-classes']);
    expect(codes(images(200, { labels: labels(10, 200), classNames: names(10) }))).toEqual([]);
    const without = trainingAdvice(
      uneven,
      recipe(uneven, 'base', { train: { steps: 900 }, unconditional: true }),
    );
    expect(without).toEqual([]);
  });

  it('reports a number of steps that is too small for the size of the images', () => {
    expect(adviceOf(images(200, { side: 32 }), { steps: 30, minutes: 1 })[0]?.text).toContain(
      '1 minute is about 30 steps of this network',
    );
    expect(adviceOf(images(200, { side: 32 }), { steps: 300, minutes: 20 })[0]?.text).toBe(
      '20 minutes are about 300 steps of this network: below about 1000 steps, pictures are often unclear. ' +
        'Take a smaller --size, a smaller network (--channels) or more minutes',
    );
    expect(adviceOf(images(200), { steps: 300 })[0]?.text).toContain('300 steps are few');
    expect(adviceOf(images(200), { steps: 1 })[0]?.text).toMatch(/^1 step is not enough: /);
    expect(codes(images(200), { steps: 500 })).toEqual([]);
    expect(codes(images(200, { side: 32 }), { steps: 500 })).toEqual(['few-steps']);
  });

  it('reports too many passes over the images, and suggests a number of steps or minutes', () => {
    // With batches of 32, 150 passes over 150 images take 703 steps.
    expect(codes(images(150), { steps: 720 })).toEqual(['many-passes']);
    expect(adviceOf(images(150), { steps: 4000, minutes: 10 })).toEqual([
      {
        code: 'many-passes',
        text:
          '10 minutes are about 853 passes over 150 images: beyond about 150, a model begins to repeat its images. ' +
          'Take --minutes 1.7, or add images, or transform them at random (--augment 0.12)',
      },
    ]);
    expect(adviceOf(images(150), { steps: 4000 })[0]?.text).toContain('Take --steps 700, or add images, or');
    // If the images are transformed at random, twice as many passes are possible.
    const augmentation = { probability: 0.12, transforms: ['mirror'] };
    expect(codes(images(150), { steps: 1400, augmentation })).toEqual([]);
    expect(adviceOf(images(150), { steps: 4000, augmentation })[0]?.text).toMatch(
      /beyond about 300, .* Take --steps 1400, or add images$/,
    );
    expect(codes(images(854), { steps: 4000 })).toEqual([]);
    // Larger pictures would need more steps than this set allows.
    expect(codes(images(150, { side: 32 }), { steps: 703 })).toEqual([]);
    // Smaller sets get other advice.
    expect(codes(images(99), { steps: 4000 })).toEqual(['few-images']);
  });

  it('reports enlarged pixel art, and suggests the preset for few colours', () => {
    // Each direction has 16 pixels, of which 8 are different. There are 4 colours.
    const enlarged = images(
      200,
      {},
      (i) => 60 * ((Math.floor((i % 16) / 2) + Math.floor(Math.floor(i / 16) / 2)) % 4),
    );
    expect(codes(enlarged)).toEqual(['repeated-pixels', 'preset']);
    expect(adviceOf(enlarged)[0]?.text).toContain(
      'every pixel is repeated 2×2: --size 8 has the same pictures',
    );
    expect(codes(enlarged, {}, true)).toEqual(['repeated-pixels']);
    const wide = { ...enlarged, count: 100, shape: { channels: 3, height: 16, width: 32 } };
    const pixels = Uint8Array.from(
      { length: wide.pixels.length },
      (_, i) => 60 * (Math.floor((i % 32) / 2) % 4),
    );
    expect(trainingAdvice({ ...wide, pixels }, recipe(wide, 'base'))[0]?.text).toContain(
      '--size 16x8 has the same',
    );
    // Blank images do not count as enlarged.
    expect(codes(images(200, {}, () => 9))).toEqual([]);
  });
});
