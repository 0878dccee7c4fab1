import { plural } from '@isonoise/error';
import { Tensor } from 'onnxruntime-node';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { type LabPage, openLab } from '../lab/open-lab.ts';
import type { Bench, BenchContext, Goal, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { againstPeak, createProduct, gflops, matMul, type Product } from './peak.ts';
import { type FedGraph, networkGraph, stepGraph } from './web-graphs.ts';
import { RECORD_BATCH } from './workload.ts';

/** Images per pass of the network. */
const NETWORK_BATCH = 8;

/** Width and height of the matrices. Larger products do not reach more GFLOP/s; this one takes a tenth of a second. */
const PRODUCT_SIZE = 1024;

const atLeast = (value: number): Goal => ({ bound: 'at least', value });

/** Goals of the measured ratios. */
const GOALS = { peak: atLeast(0.7), node: atLeast(0.25), nodeShare: atLeast(0.8), tfjs: atLeast(1.3) };

export const web: Bench = {
  name: 'web',
  description:
    "ONNX Runtime's WASM in Chromium against its MatMul peak, against Node with as many threads, and against tfjs wasm",
  async run(context) {
    const lab = await openLab({ isolated: true });
    try {
      const network = await networkGraph(NETWORK_BATCH);
      const step = await stepGraph(RECORD_BATCH);
      const rows: Row[] = [];
      for (const threads of [...new Set([1, context.threads])]) {
        // Each number of threads needs its own page, because a page cannot change this number.
        const page = await lab.open({ isolated: true });
        const tfjsThreads = await page.call('startBench', threads);
        const ofNetwork = await measure(
          page,
          { what: 'network', graph: network, batch: NETWORK_BATCH, threads },
          context,
        );
        rows.push(...ofNetwork.rows, await againstPeaks(page, ofNetwork.byNode, threads, context));
        rows.push(await againstTfjs(page, network, { threads, tfjsThreads }, context));
        const ofStep = await measure(
          page,
          { what: 'step', graph: step, batch: RECORD_BATCH, threads },
          context,
        );
        rows.push(...ofStep.rows);
        await page.page.close();
      }
      return rows;
    } finally {
      await lab.close();
    }
  },
};

interface Subject {
  readonly what: 'network' | 'step';
  readonly graph: FedGraph;
  readonly batch: number;
  readonly threads: number;
}

/** Returns a contender that runs a graph in the page. */
async function inPage(
  page: LabPage,
  { model, feeds }: Pick<FedGraph, 'model' | 'feeds'>,
): Promise<() => Promise<void>> {
  const id = await page.call('openGraph', model, feeds);
  return () => page.call('runBench', id);
}

/** Compares a graph in the page with the MatMul peak of the same worker, and with Node on the same number of threads. */
async function measure(
  page: LabPage,
  { what, graph, batch, threads }: Subject,
  { quick, log }: BenchContext,
): Promise<{ readonly rows: Row[]; readonly byNode: number }> {
  const run = await inPage(page, graph);
  const product = await pageProduct(page);
  const rounds = quick ? 1 : 6;
  const { step, achieved, peak } = await againstPeak(run, graph.flops, { product, rounds });

  const session = await createNodeSession({ provider: 'cpu', threads })(graph.model);
  const feeds = Object.fromEntries(
    graph.feeds.map(({ name, type, dims, data }) => [name, new Tensor(type, data, dims)]),
  );
  const times = await interleave({ page: run, node: () => session.run(feeds) }, { rounds });
  await session.release();

  const title = `${what}, batch ${batch}, ${plural(threads, 'thread')}`;
  log(`  ${title}: ${formatNumber(achieved)} of ${formatNumber(peak)} GFLOP/s`);
  const byNode = times.node.best / times.page.best;
  const rows: Row[] = [
    {
      what: `${title} ÷ MatMul peak`,
      value: achieved / peak,
      unit: '×',
      goal: GOALS.peak,
      note:
        `${formatNumber(achieved)} ÷ ${formatNumber(peak)} GFLOP/s; ${formatNumber(graph.flops / batch / 1e9)} GFLOP an image, ` +
        `${formatNumber(step.best)} ms a run (median ${formatNumber(step.median)})`,
      details: { threads, batch, ms: step.best, gflops: achieved, peakGflops: peak },
    },
    {
      what: `${title} ÷ Node CPU`,
      value: byNode,
      unit: '×',
      goal: GOALS.node,
      note: imagesPerSecond(batch, times.page.best, times.node.best),
    },
  ];
  return { rows, byNode };
}

/**
 * Compares the ratio page ÷ Node for the network with the same ratio for plain matrix products. The
 * second ratio is below 1 too, because WASM has only vectors of 128 bits and no fused multiply-add.
 *
 * @param byNode speed of the network in the page ÷ in Node
 */
async function againstPeaks(
  page: LabPage,
  byNode: number,
  threads: number,
  { quick }: BenchContext,
): Promise<Row> {
  const { flops, run } = await pageProduct(page);
  const product = await createProduct(threads, PRODUCT_SIZE);
  const times = await interleave({ page: run, node: product.run }, { rounds: quick ? 1 : 6 });
  await product.dispose();
  const limit = times.node.best / times.page.best;
  const speeds = [times.page, times.node].map(({ best }) => formatNumber(gflops(flops, best)));
  return {
    what: `network, batch ${NETWORK_BATCH}, ${plural(threads, 'thread')} ÷ Node CPU, relative to the ratio of the MatMul peaks`,
    value: byNode / limit,
    unit: '×',
    goal: GOALS.nodeShare,
    note: `${formatNumber(byNode)} of ${formatNumber(limit)}: products at ${speeds.join(' ÷ ')} GFLOP/s`,
    details: { threads, limit },
  };
}

/**
 * Compares the network in the page with the same network run eagerly by tfjs in the same worker. tfjs wasm
 * cannot train, because it lacks the gradient of a convolution.
 */
async function againstTfjs(
  page: LabPage,
  graph: FedGraph,
  { threads, tfjsThreads }: { readonly threads: number; readonly tfjsThreads: number },
  { quick, log }: BenchContext,
): Promise<Row> {
  const ours = await inPage(page, graph);
  const id = await page.call('openEager', NETWORK_BATCH);
  const theirs = (): Promise<void> => page.call('runBench', id);
  const times = await interleave({ ours, theirs }, { rounds: quick ? 1 : 6 });
  log(`  tfjs wasm: ${formatNumber(times.theirs.best)} ms, ours ${formatNumber(times.ours.best)} ms`);
  return {
    what: `network, batch ${NETWORK_BATCH}, ${plural(threads, 'thread')} ÷ tfjs wasm`,
    value: times.theirs.best / times.ours.best,
    unit: '×',
    goal: GOALS.tfjs,
    note:
      `${imagesPerSecond(NETWORK_BATCH, times.ours.best, times.theirs.best)}; tfjs reports ${plural(tfjsThreads, 'thread')}; ` +
      'it lacks the gradient of a convolution, so it cannot train',
  };
}

async function pageProduct(page: LabPage): Promise<Pick<Product, 'flops' | 'run'>> {
  const { model, feeds, flops } = matMul(PRODUCT_SIZE);
  const dims = [PRODUCT_SIZE, PRODUCT_SIZE];
  const run = await inPage(page, {
    model,
    feeds: [
      { name: 'a', type: 'float32', dims, data: feeds.a },
      { name: 'b', type: 'float32', dims, data: feeds.b },
    ],
  });
  return { flops, run };
}

function imagesPerSecond(batch: number, ours: number, theirs: number): string {
  return `${formatNumber((batch / ours) * 1000)} ÷ ${formatNumber((batch / theirs) * 1000)} images/s`;
}
