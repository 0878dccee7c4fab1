import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Model } from '@isonoise/runtime';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import { samplers } from '@isonoise/sampler';
import { createServer, type Listening, type ServerLimits, serve } from '@isonoise/server';
import type { Bench, BenchContext, Row } from './bench.ts';
import { runChild } from './child.ts';
import type { ClientsAnswer, ClientsRequest } from './clients.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { writeRecordBundle } from './record-bundle.ts';

const CLIENTS = 32;
/**
 * Number of clients for the server that draws one image at a time. A few clients are enough, because the number of
 * waiting clients does not affect the speed of this server.
 */
const FEW = 8;
const MODEL = 'bench';
/**
 * Number of clients with short requests. This is more than the number of images in a pass, so that latencies depend
 * on the order in which requests are served.
 */
const CROWD = 256;
const CROWD_STEPS = 10;

export const server: Bench = {
  name: 'server',
  description: 'requests of many clients over HTTP, drawn together, against the runtime alone',
  async run(context) {
    const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-bench-'));
    const bundle = path.join(folder, MODEL);
    await writeRecordBundle(nodeFiles(bundle));
    const runtime = { provider: 'cpu', threads: context.threads } as const;
    const model = await loadModel(bundle, runtime);
    const listen = async (limits: Partial<ServerLimits>): Promise<Listening> =>
      serve(await createServer({ models: folder, runtime, limits }), { port: 0 });
    const batching = await listen({});
    const unbatched = await listen({ maxBatch: 1 });
    try {
      return [
        ...(await throughput(model, { batching, unbatched }, context)),
        ...(await crowd(batching, context)),
        await shortBesideLong(batching, context),
      ];
    } finally {
      await Promise.all([batching.stop(0), unbatched.stop(0), model.dispose()]);
      await rm(folder, { recursive: true });
    }
  },
};

async function throughput(
  model: Model,
  { batching, unbatched }: { readonly batching: Listening; readonly unbatched: Listening },
  { quick, log }: BenchContext,
): Promise<Row[]> {
  // A full run uses the default number of steps.
  const steps = quick ? 5 : samplers.ddim.defaultSteps(1000);
  const requests = quick ? 1 : 2;
  const images = CLIENTS * requests;
  const body = { model: MODEL, sampler: 'ddim', steps, class: 3, guidance: 1 } as const;
  // The clients report the time from the first request to the last response, without the start of their process.
  const loads: ClientsAnswer[] = [];
  const unbatchedLoads: ClientsAnswer[] = [];
  const load = async (request: Omit<ClientsRequest, 'body'>): Promise<ClientsAnswer> =>
    runChild<ClientsAnswer>('clients-child.ts', { ...request, body } satisfies ClientsRequest);
  const alone = await interleave(
    {
      batch: () => repeat(requests, () => draw(model, { count: CLIENTS, steps })),
      server: async () => {
        loads.push(await load({ url: batching.url, clients: CLIENTS, requests }));
      },
      single: () => repeat(FEW, () => draw(model, { count: 1, steps })),
      unbatched: async () => {
        unbatchedLoads.push(await load({ url: unbatched.url, clients: FEW, requests: 1 }));
      },
    },
    // Clients warm up with a request that is not timed; the runtime warms up in the first round.
    { rounds: quick ? 1 : 4, warmUps: 0 },
  );
  const perSecond = (milliseconds: number, count: number): number => (count * 1000) / milliseconds;
  const best = (all: readonly ClientsAnswer[]): number =>
    Math.min(...all.map(({ milliseconds }) => milliseconds));
  const rates = {
    batch: perSecond(alone.batch.best, images),
    batching: perSecond(best(loads), images),
    single: perSecond(alone.single.best, FEW),
    unbatched: perSecond(best(unbatchedLoads), FEW),
  };
  const latencies = loads.flatMap((each) => each.latencies);
  log(
    `  ${Object.entries(rates)
      .map(([name, rate]) => `${name} ${formatNumber(rate)}`)
      .join(', ')} images/s`,
  );
  const ratio = (a: keyof typeof rates, b: keyof typeof rates): string =>
    `${formatNumber(rates[a])} ÷ ${formatNumber(rates[b])} images/s`;
  const work = `${CLIENTS} clients, one image each, DDIM ${steps} steps`;
  return [
    {
      what: `${work} ÷ back-to-back batches of ${CLIENTS}`,
      value: rates.batching / rates.batch,
      unit: '×',
      goal: { bound: 'at least', value: 0.9 },
      note: `${ratio('batching', 'batch')}; measured in turn with the runtime alone; includes HTTP and PNG; best of ${loads.length}`,
      details: rates,
    },
    {
      what: `${work} ÷ the same server, one image a pass`,
      value: rates.batching / rates.unbatched,
      unit: '×',
      note: `${ratio('batching', 'unbatched')}; batches of ${CLIENTS} ÷ single images in the runtime alone: ${formatNumber(rates.batch / rates.single)}`,
    },
    ...latencyRows(
      work,
      latencies,
      `a batch of ${CLIENTS} alone ${formatNumber(alone.batch.best / requests / 1000)} s`,
    ),
  ];
}

/** Sends many short requests at the same time. */
async function crowd({ url }: Listening, { quick }: BenchContext): Promise<Row[]> {
  const rounds = quick ? 1 : 3;
  const request: ClientsRequest = {
    url,
    clients: CROWD,
    requests: 1,
    body: { model: MODEL, sampler: 'ddim', steps: CROWD_STEPS, class: 3, guidance: 1 },
  };
  const loads: ClientsAnswer[] = [];
  for (let round = 0; round < rounds; round++) {
    loads.push(await runChild<ClientsAnswer>('clients-child.ts', request));
  }
  const first = Math.min(...loads.map(({ latencies }) => Math.min(...latencies))) / 1000;
  const all = Math.min(...loads.map(({ milliseconds }) => milliseconds)) / 1000;
  return latencyRows(
    `${CROWD} clients, one image each, DDIM ${CROWD_STEPS} steps`,
    loads.flatMap((each) => each.latencies),
    `first response after ${formatNumber(first)} s, the last after ${formatNumber(all)} s`,
  );
}

function latencyRows(work: string, latencies: readonly number[], note: string): Row[] {
  const sorted = latencies.toSorted((a, b) => a - b);
  const row = (name: string, share: number): Row => ({
    what: `latency of a request, ${name}, ${work}`,
    value: (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN) / 1000,
    unit: 's',
    note: `${note}; ${sorted.length} requests`,
  });
  return [row('median', 0.5), row('95th percentile', 0.95)];
}

/** Measures a request of few steps, alone and during a request of many steps. */
async function shortBesideLong({ url }: Listening, { quick }: BenchContext): Promise<Row> {
  const steps = 10;
  const request: ClientsRequest = {
    url,
    clients: 1,
    requests: quick ? 3 : 20,
    body: { model: MODEL, sampler: 'ddim', steps, class: 3, guidance: 1 },
  };
  const beside = { model: MODEL, steps: 1000, sampler: 'ddpm', class: 4, guidance: 1 } as const;
  const median = async (asked: ClientsRequest): Promise<number> => {
    const { latencies } = await runChild<ClientsAnswer>('clients-child.ts', asked);
    return latencies.toSorted((a, b) => a - b)[latencies.length >> 1] ?? Number.NaN;
  };
  const rounds = quick ? 1 : 3;
  const [alone, together]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await median(request));
    together.push(await median({ ...request, beside }));
  }
  const [a, b] = [Math.min(...alone), Math.min(...together)];
  return {
    what: `latency of ${steps} steps beside 1000 steps ÷ alone`,
    value: b / a,
    unit: '×',
    // Each pass has two images instead of one, and a new request first waits for the running pass.
    goal: { bound: 'at most', value: 3 },
    note: `${formatNumber(b)} ÷ ${formatNumber(a)} ms, medians; the long request takes about ${formatNumber((b * 1000) / steps / 1000)} s`,
  };
}

async function draw(
  model: Model,
  request: { readonly count: number; readonly steps: number },
): Promise<void> {
  for await (const _ of model.sample({ ...request, seed: 1, sampler: 'ddim', class: 3, guidance: 1 })) {
    // The images are not used; only the time is measured.
  }
}

async function repeat(times: number, act: () => Promise<void>): Promise<void> {
  for (let i = 0; i < times; i++) await act();
}
