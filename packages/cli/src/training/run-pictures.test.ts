import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImagesShape } from '@isonoise/picture';
import { createMetricsSink } from '@isonoise/train';
import { expect, it } from 'vitest';
import { lossPlot } from '../loss-plot.ts';
import { claimRunDirectory } from '../run-directory.ts';
import { createRunPictures } from './run-pictures.ts';

it('createRunPictures lays out a sample sheet with one column per class', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-pictures-'));
  const run = await (await claimRunDirectory(folder)).begin();
  try {
    const sizeOf = (shape: ImagesShape, labels: readonly number[] | null = null, classes = 0) => {
      const images = new Float32Array(shape.reduce((product, n) => product * n, 1));
      const event = { type: 'samples', time: 0, step: 1, images, shape, labels } as const;
      const { width, height } = createRunPictures(run, {
        plot: lossPlot,
        title: folder,
        classes: classes || null,
      }).encodeSamples(event);
      return [width, height];
    };
    // Images with both sides below 64 pixels are shown at double size, with gaps of two pixels between and
    // around them.
    expect(sizeOf([4, 1, 16, 16])).toEqual([2 * (32 + 2) + 2, 2 * (32 + 2) + 2]);
    expect(sizeOf([4, 1, 40, 60])).toEqual([2 * (120 + 2) + 2, 2 * (80 + 2) + 2]);
    expect(sizeOf([4, 3, 64, 16])).toEqual([2 * (16 + 2) + 2, 2 * (64 + 2) + 2]);
    // If there are fewer images than classes, the sheet has no empty columns.
    expect(sizeOf([2, 1, 28, 28], [0, 1], 3)).toEqual([2 * (56 + 2) + 2, 56 + 2 + 2]);
    expect(sizeOf([6, 1, 28, 28], [0, 1, 2, 0, 1, 2], 3)).toEqual([3 * (56 + 2) + 2, 2 * (56 + 2) + 2]);
  } finally {
    await run.close();
    await rm(folder, { recursive: true, force: true });
  }
});

it('createRunPictures plots a measurement at the checkpoint after it, but not again at the end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-pictures-'));
  const run = await (await claimRunDirectory(folder)).begin();
  try {
    const plotted: (readonly number[])[] = [];
    const pictures = createRunPictures(run, {
      plot: (metrics, options) => {
        plotted.push((options?.quality ?? []).map(({ step }) => step));
        return lossPlot(metrics, options);
      },
      title: folder,
      classes: null,
    });
    const metrics = createMetricsSink(run.metrics);
    const checkpoint = { type: 'checkpoint', time: 0, step: 9, name: 'c', best: true, removed: [] } as const;
    const quality = { type: 'quality', time: 0, step: 9, fid: 4, count: 2, best: true, seconds: 1 } as const;
    const done = { type: 'done', time: 0, step: 9, steps: 9, checkpoint: 'c' } as const;
    for (const event of [checkpoint, quality, checkpoint, done]) {
      await metrics.write(event);
      await pictures.write(event);
    }
    expect(plotted).toEqual([[], [9]]);
  } finally {
    await run.close();
    await rm(folder, { recursive: true, force: true });
  }
});
