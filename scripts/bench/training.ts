import { isIsonoiseError } from '@isonoise/error';
import { type Network, parameterCount } from '@isonoise/network';
import { createTfjsEngine, type Engine } from '@isonoise/train';
import type { Bench, BenchContext, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { againstPeak, createProduct } from './peak.ts';
import { useTfjs } from './tfjs-backend.ts';
import { tfjsForward } from './tfjs-forward.ts';
import { stepFlops, tracedEngine } from './traced-engine.ts';
import {
  initialState,
  networkFeeds,
  RECORD_BATCH,
  RECORD_WIDTH,
  STEP,
  stepFeeds,
  workload,
} from './workload.ts';

/** Batch size for tfjs's plain JavaScript backend, which takes almost a second per image. */
const CPU_BATCH = 1;

export const training: Bench = {
  name: 'training',
  description: 'the training step against the MatMul peak of ONNX Runtime and against tfjs',
  async run(context) {
    const widths = context.quick ? [RECORD_WIDTH] : [RECORD_WIDTH, 48, 64];
    const shares: { width: number; share: number; row: Row }[] = [];
    for (const width of widths) shares.push({ width, ...(await shareOfPeak(width, context)) });
    return [
      ...shares.map(({ row }) => row),
      ...(context.quick ? [] : [growth(shares)]),
      await forwardAgainst('wasm', RECORD_BATCH, context),
      await forwardAgainst('cpu', CPU_BATCH, context),
      // tfjs-node comes last, because it registers its own gradients, which later traces would use.
      await againstTfjsNode(context),
    ];
  },
};

/** Divides the GFLOP/s of the training step by those of large matrix products. Both are measured in turn. */
async function shareOfPeak(
  width: number,
  { threads, quick, log }: BenchContext,
): Promise<{ share: number; row: Row }> {
  const { network } = workload(width);
  const batch = RECORD_BATCH;
  const flops = await stepFlops(network, batch);
  const [engine, product] = [await tracedEngine(network, batch, threads), await createProduct(threads)];
  const feeds = stepFeeds(network, batch);
  const run = (): Promise<unknown> => engine.step(feeds);
  const { step, achieved, peak } = await againstPeak(run, flops, { product, rounds: quick ? 1 : 8 });
  await Promise.all([engine.dispose(), product.dispose()]);
  const share = achieved / peak;
  log(`  width ${width}: ${formatNumber(achieved)} of ${formatNumber(peak)} GFLOP/s`);
  const millions = formatNumber(parameterCount(network.parameters) / 1e6);
  const row: Row = {
    what: `step, width ${width} (${millions} M parameters), batch ${batch} ÷ MatMul peak`,
    value: share,
    unit: '×',
    ...(width === RECORD_WIDTH ? { goal: { bound: 'at least', value: 0.55 } } : {}),
    note:
      `${formatNumber(achieved)} ÷ ${formatNumber(peak)} GFLOP/s; ${formatNumber(flops / batch / 1e9)} GFLOP an image, ` +
      `${formatNumber(step.best)} ms a step (median ${formatNumber(step.median)}), ` +
      `${formatNumber((batch / step.best) * 1000)} images/s`,
    details: { width, batch, stepMs: step.best, gflops: achieved, peakGflops: peak },
  };
  return { share, row };
}

/**
 * Divides the share of the peak at each width by the share at the previous width. Returns a row with the smallest
 * ratio.
 */
function growth(shares: readonly { width: number; share: number }[]): Row {
  const factors = shares.slice(1).map(({ share }, i) => share / (shares[i]?.share ?? Number.NaN));
  return {
    what: 'share of the peak ÷ that of the previous width: smallest',
    value: Math.min(...factors),
    unit: '×',
    goal: { bound: 'at least', value: 1 },
    note: `shares by width: ${shares.map(({ width, share }) => `${width}: ${formatNumber(share)}`).join(', ')}`,
  };
}

async function againstTfjsNode({ threads, quick, log }: BenchContext): Promise<Row> {
  const what = `images/s of training, batch ${RECORD_BATCH} ÷ tfjs-node`;
  const { network } = workload();
  const engine = await tracedEngine(network, RECORD_BATCH, threads);
  let rival: Engine;
  try {
    rival = await tfjsNodeEngine(network, threads);
  } catch (error) {
    await engine.dispose();
    // Only a missing tfjs-node leaves the row without a value; any other failure is an error.
    if (!isIsonoiseError(error) || error.code !== 'CLI_ENGINE_UNAVAILABLE') throw error;
    const note = `tfjs-node is unavailable: ${error.message.replaceAll(/\s+/g, ' ')}`;
    return { what, value: null, unit: '×', goal: { bound: 'at least', value: 1 }, note };
  }
  const feeds = stepFeeds(network, RECORD_BATCH);
  const times = await interleave(
    { ours: () => engine.step(feeds), theirs: () => rival.step(feeds) },
    { rounds: quick ? 1 : 6 },
  );
  await Promise.all([engine.dispose(), rival.dispose()]);
  log(`  tfjs-node: ${formatNumber(times.theirs.best)} ms a step, ours ${formatNumber(times.ours.best)}`);
  return {
    what,
    value: times.theirs.best / times.ours.best,
    unit: '×',
    goal: { bound: 'at least', value: 1 },
    note: imagesPerSecond(RECORD_BATCH, times.ours.best, RECORD_BATCH, times.theirs.best),
  };
}

async function tfjsNodeEngine(network: Network, threads: number): Promise<Engine> {
  const backend = 'tensorflow';
  await useTfjs(backend, threads);
  const state = initialState(network);
  return createTfjsEngine({ network, step: STEP, batchSize: RECORD_BATCH, state, backend });
}

/**
 * Compares forward passes, because training steps cannot be compared: wasm lacks the filter gradient, and cpu takes
 * minutes for this gradient.
 */
async function forwardAgainst(
  backend: 'wasm' | 'cpu',
  rivalBatch: number,
  { threads, quick, log }: BenchContext,
): Promise<Row> {
  const { network } = workload();
  const engine = await tracedEngine(network, RECORD_BATCH, threads);
  const rival = await tfjsForward(backend, network, rivalBatch);
  const { x, t, labels } = networkFeeds(network, RECORD_BATCH);
  const times = await interleave(
    { ours: () => engine.denoise(x, t, labels), theirs: rival.run },
    { rounds: quick ? 1 : 4 },
  );
  rival.dispose();
  await engine.dispose();
  log(`  tfjs ${backend}: ${formatNumber(times.theirs.best)} ms forward at batch ${rivalBatch}`);
  const why = backend === 'wasm' ? 'has no gradient of a convolution' : 'takes minutes for one gradient';
  return {
    what: `images/s forward, batch ${RECORD_BATCH} ÷ tfjs ${backend}, batch ${rivalBatch}`,
    value: (times.theirs.best / rivalBatch / times.ours.best) * RECORD_BATCH,
    unit: '×',
    note: `${imagesPerSecond(RECORD_BATCH, times.ours.best, rivalBatch, times.theirs.best)}; tfjs ${backend} ${why}: forward only, one thread`,
  };
}

function imagesPerSecond(ourBatch: number, ourMs: number, theirBatch: number, theirMs: number): string {
  return `${formatNumber((ourBatch / ourMs) * 1000)} ÷ ${formatNumber((theirBatch / theirMs) * 1000)} images/s`;
}
