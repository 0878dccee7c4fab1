import { setTimeout as sleep } from 'node:timers/promises';
import { type Bundle, memoryFiles, readBundle, writeBundle } from '@isonoise/bundle';
import { createModel } from '@isonoise/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { convDenoiser, convSpec } from '../testdata/conv-denoiser.ts';
import { createDenoiser } from './create-denoiser.ts';

const image = { channels: 1, height: 64, width: 64 };
const spec = { ...convSpec, image, classes: null };
/** Duration of a call that would visibly block the event loop, in milliseconds. */
const LONG_MS = 300;
/** Number of images whose call takes LONG_MS of a core's time on this machine. */
let batch: number;
let bundle: Bundle;

beforeAll(async () => {
  const files = memoryFiles();
  const networkConfig = { sample_size: 64, in_channels: 1 };
  await writeBundle(files, { spec, networkConfig, onnx: convDenoiser({ spec, width: 64, depth: 10 }) });
  bundle = await readBundle(files);
  const { denoise, dispose } = await createDenoiser(bundle, { provider: 'cpu', threads: 1 });
  const times: number[] = [];
  for (let i = 0; i < 4; i++) {
    const before = process.cpuUsage();
    await denoise(new Float32Array(4 * 64 * 64), new Float32Array(4));
    times.push(processorMs(before));
  }
  await dispose();
  batch = Math.ceil((4 * LONG_MS) / Math.min(...times));
});

/** @returns the processor time of this process and its threads since `before`, in milliseconds */
function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** @returns the number of live worker threads in this process */
function workers(): number {
  const { workers: list } = process.report.getReport() as { workers: unknown[] };
  return list.length;
}

/**
 * Maximum share of a call's time in which this thread may be busy. Messages take about 0.01. A session in this thread
 * would take 1. Waiting for a core does not count as busy, so the load of the machine does not matter.
 */
const MOST_BUSY = 0.2;

/** @returns the share of a call's time in which this thread was busy */
async function busyDuring(call: () => Promise<unknown>): Promise<number> {
  const before = performance.eventLoopUtilization();
  await call();
  return performance.eventLoopUtilization(before).utilization;
}

describe('the event loop', () => {
  it('stays free while the model runs', async () => {
    const { denoise, dispose } = await createDenoiser(bundle, { provider: 'cpu', threads: 1 });
    const x = new Float32Array(batch * 64 * 64);
    const t = new Float32Array(batch);
    await denoise(x, t);
    for (let call = 0; call < 3; call++) {
      const before = process.cpuUsage();
      expect(await busyDuring(() => denoise(x, t))).toBeLessThan(MOST_BUSY);
      expect(processorMs(before)).toBeGreaterThan(LONG_MS / 2);
    }
    await dispose();
  });

  it('stays free while the sampler runs', async () => {
    const model = createModel(await createDenoiser(bundle, { provider: 'cpu', threads: 1 }));
    const steps = model.sample({ seed: 1, count: batch, steps: 4 });
    await steps.next();
    const share = await busyDuring(async () => {
      for await (const _ of steps);
    });
    expect(share).toBeLessThan(MOST_BUSY);
    await model.dispose();
  });

  it('counts as busy while a computation blocks it', async () => {
    const share = await busyDuring(async () => {
      await sleep(0);
      for (const before = process.cpuUsage(); processorMs(before) < LONG_MS; );
      await sleep(0);
    });
    expect(share).toBeGreaterThan(2 * MOST_BUSY);
  });
});

describe('disposed models', () => {
  it('leave no worker threads behind', async () => {
    const before = workers();
    for (let round = 0; round < 2; round++) {
      const handles = await Promise.all(
        Array.from({ length: 3 }, () => createDenoiser(bundle, { provider: 'cpu', threads: 1 })),
      );
      expect(workers()).toBe(before + 3);
      await Promise.all(handles.map((handle) => handle.dispose()));
    }
    await sleep(0);
    expect(workers()).toBe(before);
  });
});
