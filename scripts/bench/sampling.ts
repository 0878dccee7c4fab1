import { memoryFiles, readBundle } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import type { Bench, BenchContext, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave, timingOf } from './interleave.ts';
import { writeRecordBundle } from './record-bundle.ts';
import { type SessionRuns, withTimedRuns } from './session-runs.ts';
import { tfjsForward } from './tfjs-forward.ts';
import { networkFeeds, workload } from './workload.ts';

/**
 * Number of steps of each sampler before the measurement. V8 optimizes a small function after a few thousand calls, and
 * a step calls most functions of the sampler once. Without this optimization, a step spends almost twice the time
 * outside the network.
 */
const WARM_UP_STEPS = 3000;

/** The timed samplers. DDIM is the simplest. UniPC needs the most arrays in memory and computes a row most slowly. */
const DRAWINGS = [{ sampler: 'ddim' }, { sampler: 'unipc', order: 3 }] as const;

type Drawing = (typeof DRAWINGS)[number] & { readonly batch: number };

export const sampling: Bench = {
  name: 'sampling',
  description: 'time that sampling adds to the network, and the exported network against tfjs wasm',
  async run(context) {
    const bundle = await exportedBundle();
    const open = (threads: number): Promise<Model> => loadModel(bundle, { provider: 'cpu', threads });
    const batches = context.quick ? [1] : [1, 64];
    const rows: Row[] = [];

    const { started: model, read } = await withTimedRuns(() => open(context.threads));
    for (const drawing of DRAWINGS) {
      for (const batch of batches) rows.push(await outsideShare(model, read, { ...drawing, batch }, context));
    }
    for (const batch of batches) {
      rows.push({
        ...(await againstWasm(model, batch, context.threads, context)),
        goal: { bound: 'at least', value: 3 },
      });
    }
    await model.dispose();

    const single = await open(1);
    for (const batch of batches) rows.push(await againstWasm(single, batch, 1, context));
    await single.dispose();
    return rows;
  },
};

async function exportedBundle(): ReturnType<typeof readBundle> {
  const files = memoryFiles();
  await writeRecordBundle(files);
  return readBundle(files);
}

/**
 * Measures the share of the time of `model.sample` that is spent outside `session.run`. The time includes work that is
 * done once per run: the checks, the plan and its rows, the initial noise, and the thread's first and last message.
 */
async function outsideShare(
  model: Model,
  read: () => SessionRuns,
  { batch, ...drawing }: Drawing,
  { quick, log }: BenchContext,
): Promise<Row> {
  const name = drawing.sampler === 'unipc' ? `UniPC of order ${drawing.order}` : 'DDIM';
  const steps = batch === 1 ? 200 : 20;
  const insides: number[] = [];
  const outsides: number[] = [];
  // A larger batch runs the same functions, which V8 has already optimized. One run is enough to warm up the memory.
  const warmUps = batch === 1 && !quick ? WARM_UP_STEPS / steps : 1;
  const shares: number[] = [];
  for (let run = 0; run < warmUps + (quick ? 1 : 7); run++) {
    const before = read();
    const began = performance.now();
    for await (const _ of model.sample({
      seed: run,
      count: batch,
      steps,
      class: 3,
      guidance: 1,
      ...drawing,
    })) {
      // The images are not used; only the time is measured. This loop draws without previews, as `pnpm
      // sample` does.
    }
    const total = performance.now() - began;
    const { milliseconds, runs } = read();
    if (runs - before.runs !== steps) {
      throw new Error(`bench: ${runs - before.runs} calls of session.run were timed; expected ${steps}`);
    }
    const inside = milliseconds - before.milliseconds;
    shares.push(1 - inside / total);
    if (run < warmUps) continue;
    insides.push(inside);
    outsides.push(total - inside);
  }
  // The share is computed from the best times. The smallest share of a single run would be too small, because other
  // work may have slowed the network in that run.
  const [inside, outside] = [timingOf(insides), timingOf(outsides)];
  const share = outside.best / (outside.best + inside.best);
  const median = outside.median / (outside.median + inside.median);
  log(
    `  ${name}, batch ${batch}: ${formatNumber(share * 100)} % outside session.run (median ${formatNumber(median * 100)} %)`,
  );
  return {
    what: `time outside session.run ÷ total, batch ${batch}, ${name} ${steps} steps`,
    value: share * 100,
    unit: '%',
    goal: { bound: 'at most', value: 2 },
    note:
      `${formatNumber(outside.best / steps)} of ${formatNumber((outside.best + inside.best) / steps)} ms a step, spent on the sampler, the noise and messages to ` +
      `and from the thread; best of ${insides.length} runs, median ${formatNumber(median * 100)} %, first run ${formatNumber((shares[0] ?? Number.NaN) * 100)} %`,
  };
}

/**
 * Compares the network on ONNX Runtime with the same network on tfjs's fastest backend without native code. ONNX
 * Runtime is called through the model's thread, as a server calls it.
 */
async function againstWasm(
  model: Model,
  batch: number,
  threads: number,
  { quick, log }: BenchContext,
): Promise<Row> {
  const { network } = workload();
  const wasm = await tfjsForward('wasm', network, batch);
  const { x, t, labels } = networkFeeds(network, batch);
  const times = await interleave(
    { ours: () => model.denoise(x, t, labels), theirs: wasm.run },
    { rounds: quick ? 2 : batch === 1 ? 30 : 5, warmUps: 2 },
  );
  wasm.dispose();
  const [ours, theirs] = [times.ours.best, times.theirs.best];
  log(`  batch ${batch}, ${threads} threads: ${formatNumber(ours)} ms, tfjs wasm ${formatNumber(theirs)} ms`);
  return {
    what: `exported network, batch ${batch}, ${plural(threads, 'thread')} ÷ tfjs wasm`,
    value: theirs / ours,
    unit: '×',
    note: `${formatNumber((batch / ours) * 1000)} ÷ ${formatNumber((batch / theirs) * 1000)} images/s; tfjs wasm has one thread in Node`,
  };
}
