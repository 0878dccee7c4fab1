import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { schedulerMeaning, toSchedule } from '@isonoise/bundle';
import { loadDataset } from '@isonoise/data/node';
import { codeOf } from '@isonoise/error';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { countCalls, drawingSamplers, planRows, planSampling, type SamplerName } from '@isonoise/sampler';
import { nearestNeighbours } from '../quality/nearest-neighbour.ts';
import { requireJudge } from '../quality/require-judge.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { replaceBetweenMarkers } from './markdown-report.ts';
import { samplersPlot } from './samplers-plot.ts';

const MODEL = 'models/mnist';
/** Network calls for each image. */
const CALLS = [5, 10, 15, 20, 50] as const;
/** Steps of the solution that deterministic samplers should reach. */
const EXACT_STEPS = 200;
const SEED = 1;

/** Images that one sampler drew. */
interface Drawn {
  readonly sampler: SamplerName;
  readonly calls: number;
  readonly images: Float32Array;
}

export const samplersBench: Bench = {
  name: 'samplers',
  description: 'quality of the images of models/mnist against network calls, for every sampler; with a plot',
  async run(context) {
    const count = context.quick ? 20 : 50;
    const calls = context.quick ? CALLS.slice(0, 2) : CALLS;
    const model = await loadModel(MODEL, { threads: context.threads });
    const { dataset } = await loadDataset('mnist');
    const classes = requireJudge(model.spec, dataset);
    const labels = Array.from({ length: count }, (_, i) => i % classes);
    const draw = (sampler: SamplerName, steps: number): Promise<Float32Array> =>
      drawImages(model, sampler, steps, labels);

    const exact = await draw('dpmpp-2m', context.quick ? 50 : EXACT_STEPS);
    const drawn: Drawn[] = [];
    for (const sampler of drawingSamplers) {
      for (const most of calls) {
        const steps = stepsWithin(model, sampler, most);
        if (steps === undefined) continue;
        drawn.push({ sampler, calls: most, images: await draw(sampler, steps) });
      }
      context.log(`  ${sampler}: drawn`);
    }
    await model.dispose();

    const all = new Float32Array(drawn.length * exact.length);
    for (const [i, { images }] of drawn.entries()) all.set(images, i * exact.length);
    const judged = (await nearestNeighbours(dataset, all)).labels;
    const rows = drawingSamplers.map((sampler) => {
      const details: Record<string, number> = {};
      for (const [i, each] of drawn.entries()) {
        if (each.sampler !== sampler) continue;
        const hits = labels.filter((label, k) => judged[i * count + k] === label).length;
        details[`share ${each.calls}`] = hits / count;
        details[`distance ${each.calls}`] = rootMeanSquare(each.images, exact);
      }
      return toRow(sampler, details, count);
    });
    await writeReport(rows, context);
    return rows;
  },
};

async function drawImages(
  model: Model,
  sampler: SamplerName,
  steps: number,
  labels: readonly number[],
): Promise<Float32Array> {
  let images: Float32Array = new Float32Array(0);
  const request = { seed: SEED, count: labels.length, sampler, steps, class: labels };
  for await (const { x } of model.sample({ ...request, spacing: 'trailing' })) images = x;
  return images;
}

/** The largest number of steps with at most the given network calls; undefined if a single step has more. */
function stepsWithin({ spec }: Model, sampler: SamplerName, calls: number): number | undefined {
  const request = {
    shape: spec.image,
    schedule: toSchedule(spec.scheduler),
    predictionType: schedulerMeaning(spec.scheduler).predictionType,
    seed: SEED,
    images: 1,
    sampler,
  };
  for (let steps = calls; steps >= 1; steps--) {
    const plan = planSampling({ ...request, steps, spacing: 'trailing' });
    if (countCalls(planRows(plan)) <= calls) return steps;
  }
  return undefined;
}

function rootMeanSquare(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0) / a.length);
}

function toRow(sampler: SamplerName, details: Readonly<Record<string, number>>, count: number): Row {
  const shares = CALLS.flatMap((calls) => {
    const share = details[`share ${calls}`];
    return share === undefined ? [] : [`${calls}: ${formatNumber(100 * share)} %`];
  });
  return {
    what: `${sampler}: difference from the solution of ${EXACT_STEPS} steps, 10 calls`,
    value: details['distance 10'] ?? null,
    unit: '',
    note: `right class by calls, ${count} images: ${shares.join(', ')}`,
    details,
  };
}

/** Writes the plot, and the table in `samplers.md` if the folder has that file. */
async function writeReport(rows: readonly Row[], { out }: BenchContext): Promise<void> {
  if (out === undefined) return;
  await writeFile(path.join(out, 'samplers.svg'), samplersPlot(rows, CALLS));
  const file = path.join(out, 'samplers.md');
  try {
    const text = await readFile(file, 'utf8');
    await writeFile(file, replaceBetweenMarkers(text, table(rows), { marker: 'samplers', file }));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ details = {} }, i) => [
    `\`${drawingSamplers[i]}\``,
    ...CALLS.map((calls) => {
      const [distance, share] = [details[`distance ${calls}`], details[`share ${calls}`]];
      if (distance === undefined || share === undefined) return '';
      return `${distance.toFixed(3)}, ${(100 * share).toFixed(0)} %`;
    }),
  ]);
  const header = ['sampler', ...CALLS.map((calls) => `${calls} calls`)];
  // Cells are padded as the formatter pads them.
  const widths = header.map((_, i) => Math.max(...[header, ...cells].map((line) => line[i]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [header, rule, ...cells]
    .map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`)
    .join('\n');
}
