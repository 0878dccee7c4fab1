import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadDataset } from '@isonoise/data/node';
import { codeOf } from '@isonoise/error';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { type SamplerName, samplersFor } from '@isonoise/sampler';
import { openImageSearch } from '../../../packages/cli/src/evaluating/image-search.ts';
import { duration } from '../../../packages/cli/src/terminal/format.ts';
import type { Bench, BenchContext, Row } from '../bench.ts';
import { replaceBetweenMarkers } from '../markdown-report.ts';
import { type Cell, cellOf, cellWithin, SEED, SPACING } from './cell.ts';
import { samplersPlot } from './plot.ts';
import { requireJudge } from './require-judge.ts';
import { Results } from './results.ts';
import { samplersSheet } from './sheet.ts';
import { CALLS, EXACT_STEPS, rowOf, secondsLeft, squaresOf, tableOf } from './summary.ts';

const MODEL = 'models/mnist';
/** Number of images in a cell. With 50 images, a share of 95 % has a standard error of 3.1 %. */
const IMAGES = 50;
/** Number of images that are drawn and judged at a time. */
const PART = 50;
/** Number of network calls for each image in `samplers-images.svg`. */
const SHOWN_CALLS = 10;
const RESULTS = path.resolve(import.meta.dirname, '..', '..', '..', '.cache', 'bench-samplers.jsonl');

export const samplersBench: Bench = {
  name: 'samplers',
  description:
    'image quality of models/mnist by number of network calls, for every sampler; with a plot and pictures; a stopped run is resumed',
  async run(context) {
    const [images, part] = context.quick ? [20, 20] : [IMAGES, PART];
    const columns = context.quick ? CALLS.slice(0, 2) : CALLS;
    const model = await loadModel(MODEL, { threads: context.threads });
    const { dataset } = await loadDataset('mnist');
    const classes = requireJudge(model.spec, dataset);
    const results = await Results.open(context.quick ? null : RESULTS);
    const names = samplersFor('diffusion');
    // The cheap cells of all samplers come first.
    const cells = columns.flatMap((calls) =>
      names.flatMap((name) => cellWithin(model.spec, name, calls) ?? []),
    );
    const drawer = new Drawer(model, classes);
    const exactCell = cellOf(model.spec, 'dpmpp-2m', context.quick ? 50 : EXACT_STEPS, EXACT_STEPS);
    if (exactCell === undefined)
      throw new Error('bench samplers: the exact solution needs too many calls; expected at most one a step');

    const parts = Array.from({ length: images / part }, (_, i) => i * part);
    const keyOf = ({ key }: Cell): string => `${model.sha256} ${key}`;
    const open = parts.flatMap((first) =>
      cells
        .filter((cell) => results.result(keyOf(cell), first) === undefined)
        .map((cell) => ({ first, cell })),
    );
    let [done, left] = [0, open.reduce((sum, { cell }) => sum + cell.calls, 0)];
    const judge = await openImageSearch(dataset, context.threads);
    const began = performance.now();
    for (const { first, cell } of open) {
      let exact = results.solution(keyOf(exactCell), first);
      if (exact === undefined) {
        exact = await drawer.draw(exactCell, first, part);
        const values = Buffer.from(exact.buffer, exact.byteOffset, exact.byteLength).toString('base64');
        await results.add({ key: keyOf(exactCell), first, values });
      }
      const drawn = await drawer.draw(cell, first, part);
      const { rows } = await judge.find(drawn);
      const hits = [...rows].map((row, i) => dataset.labels?.[row] === (first + i) % classes);
      await results.add({ key: keyOf(cell), first, hits, squares: squaresOf(drawn, exact, part) });
      [done, left] = [done + cell.calls, left - cell.calls];
      const seconds = secondsLeft((performance.now() - began) / 1000, done, left);
      context.log(
        `  ${cell.sampler}, ${cell.calls} calls, images ${first} to ${first + part - 1}: ${duration(seconds)} left`,
      );
    }

    await judge.dispose();

    const rows = names.map((name) => {
      const measured = cells
        .filter(({ sampler }) => sampler === name)
        .map((cell) => ({
          cell,
          results: parts.flatMap((first) => results.result(keyOf(cell), first) ?? []),
        }));
      return rowOf(name, measured, images, exactCell.steps);
    });
    await writeReport(names, rows, drawer, context);
    await model.dispose();
    return rows;
  },
};

/** Draws images. The class of image i is i modulo the number of classes. */
class Drawer {
  readonly #model: Model;
  readonly #classes: number;

  constructor(model: Model, classes: number) {
    this.#model = model;
    this.#classes = classes;
  }

  async draw({ sampler, steps }: Cell, first: number, count: number): Promise<Float32Array> {
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    const request = { seed: SEED, images: numbers, sampler, steps, spacing: SPACING } as const;
    let images: Float32Array = new Float32Array(0);
    for await (const { x } of this.#model.sample({
      ...request,
      class: numbers.map((i) => i % this.#classes),
      guidance: 1,
    }))
      images = x;
    return images.slice();
  }

  /**
   * Draws a row for each sampler, with one image of each class. Leaves out samplers that need more than `SHOWN_CALLS`
   * calls for one step.
   */
  async rows(names: readonly SamplerName[]): Promise<{ name: SamplerName; images: Float32Array }[]> {
    const rows: { name: SamplerName; images: Float32Array }[] = [];
    for (const name of names) {
      const cell = cellWithin(this.#model.spec, name, SHOWN_CALLS);
      if (cell !== undefined) rows.push({ name, images: await this.draw(cell, 0, this.#classes) });
    }
    return rows;
  }

  get shape(): Model['spec']['image'] {
    return this.#model.spec.image;
  }
}

/** Writes the plot, the pictures, and the table in `samplers.md` if the folder has that file. */
async function writeReport(
  names: readonly SamplerName[],
  rows: readonly Row[],
  drawer: Drawer,
  { out }: BenchContext,
): Promise<void> {
  if (out === undefined) return;
  await writeFile(path.join(out, 'samplers.svg'), samplersPlot(names, rows));
  await writeFile(
    path.join(out, 'samplers-images.svg'),
    samplersSheet(await drawer.rows(names), drawer.shape),
  );
  const file = path.join(out, 'samplers.md');
  try {
    const text = await readFile(file, 'utf8');
    await writeFile(file, replaceBetweenMarkers(text, tableOf(names, rows), { marker: 'samplers', file }));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
