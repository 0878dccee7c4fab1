import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type SampleRequest, sample } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import type { Engine } from '@isonoise/train';
import type { Bench, BenchContext, Row } from './bench.ts';
import { runChild } from './child.ts';
import { costPlot } from './cost-plot.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { tracedEngine } from './traced-engine.ts';
import { RECORD_BATCH, RECORD_WIDTH, workload } from './workload.ts';

export interface CostRequest {
  readonly width: number;
  readonly batch: number;
  readonly threads: number;
  readonly rounds: number;
}

/** Measurements of one size, in ms, GFLOP/s and MiB. */
export interface CostAnswer {
  readonly stepMs: number;
  readonly gflops: number;
  readonly peakGflops: number;
  readonly memory: number;
}

const BATCHES = [8, 16, 32, 64, 128] as const;
const WIDTHS = [32, 48, 64, 96, 128] as const;
const STEPS = [10, 25, 50, 100] as const;
/** Number of images that are drawn together when sampling is measured. */
const SAMPLED = 16;

export const cost: Bench = {
  name: 'cost',
  description: 'time and memory by batch, width and number of sampling steps; with a plot',
  async run(context) {
    const batches = context.quick ? BATCHES.slice(0, 2) : BATCHES;
    const widths = context.quick ? [] : WIDTHS.filter((width) => width !== RECORD_WIDTH);
    const rows: Row[] = [];
    for (const batch of batches) rows.push(await trainingCost(RECORD_WIDTH, batch, context));
    for (const width of widths) rows.push(await trainingCost(width, RECORD_BATCH, context));
    rows.push(...(await samplingCost(context)));
    if (context.out !== undefined) {
      await writeFile(path.join(context.out, 'performance-cost.svg'), costPlot(rows));
    }
    return rows;
  },
};

async function trainingCost(
  width: number,
  batch: number,
  { threads, quick, log }: BenchContext,
): Promise<Row> {
  const request: CostRequest = { width, batch, threads, rounds: quick ? 1 : 4 };
  const answer = await runChild<CostAnswer>('cost-child.ts', request);
  const { stepMs, gflops, peakGflops, memory } = answer;
  const imagesPerSecond = (batch / stepMs) * 1000;
  const numbers = `${formatNumber(stepMs)} ms a step, ${formatNumber(imagesPerSecond)} images/s, ${formatNumber(memory)} MiB`;
  log(`  width ${width}, batch ${batch}: ${numbers}`);
  return {
    what: `training, width ${width}, batch ${batch} ÷ MatMul peak`,
    value: gflops / peakGflops,
    unit: '×',
    note: numbers,
    details: { width, batch, ...answer, imagesPerSecond },
  };
}

/**
 * Measures the time of a step in runs of several lengths, relative to a step in a run of 50 steps, the default. The
 * ratio is near 1 if the cost of a step does not depend on the number of steps.
 */
async function samplingCost({ threads, quick, log }: BenchContext): Promise<Row[]> {
  const { network } = workload();
  const engine = await tracedEngine(network, RECORD_BATCH, threads);
  const counts = quick ? [10, 50] : STEPS;
  const contenders = Object.fromEntries(counts.map((steps) => [String(steps), () => draw(engine, steps)]));
  const times = await interleave(contenders, { rounds: quick ? 1 : 3 });
  await engine.dispose();
  const perStep = (steps: number): number => (times[String(steps)]?.best ?? Number.NaN) / steps;
  return counts.map((steps) => {
    const seconds = (perStep(steps) * steps) / 1000;
    log(`  ${steps} DDIM steps: ${formatNumber(seconds)} s for ${SAMPLED} images`);
    return {
      what: `a DDIM step of ${steps} ÷ a step of 50, ${SAMPLED} images`,
      value: perStep(steps) / perStep(50),
      unit: '×',
      note: `${formatNumber(seconds)} s in total, ${formatNumber(perStep(steps))} ms a step`,
      details: { steps, images: SAMPLED, seconds },
    };
  });
}

async function draw(engine: Engine, steps: number): Promise<void> {
  const request: SampleRequest = {
    shape: { channels: 1, height: 28, width: 28 },
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
    seed: 1,
    images: SAMPLED,
    steps,
    classLabels: 3,
  };
  for await (const _ of sample(engine.denoise, request)) {
    // The images are not used; only the time is measured.
  }
}
