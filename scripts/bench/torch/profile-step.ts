import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Network } from '@isonoise/network';
import { importOnnxRuntime, THREAD_WAITING } from '@isonoise/runtime-node';
import { tracedEngine } from '../traced-engine.ts';
import { stepFeeds } from '../workload.ts';
import { operatorTimes } from './operator-times.ts';

/** Number of profiled steps. */
const STEPS = 3;

/** Profiles our step. @returns milliseconds of each operator in a step, largest first */
export async function profileStep(
  network: Network,
  batch: number,
  threads: number,
): Promise<ReadonlyMap<string, number>> {
  const { InferenceSession } = await importOnnxRuntime();
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-profile-'));
  try {
    const ends: (() => void)[] = [];
    // The first sessions are created to find the size of channel blocks. The last session trains.
    const engine = await tracedEngine(network, batch, threads, async (model) => {
      const session = await InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        enableProfiling: true,
        profileFilePrefix: path.join(folder, `session${ends.length}`),
        extra: { session: { set_denormal_as_zero: '1', intra_op: THREAD_WAITING } },
        logSeverityLevel: 3,
      });
      ends.push(() => session.endProfiling());
      return session;
    });
    const training = ends.length - 1;
    const feeds = stepFeeds(network, batch);
    for (let i = 0; i < STEPS; i++) await engine.step(feeds);
    ends[training]?.();
    await engine.dispose();
    const file = (await readdir(folder)).find((name) => name.startsWith(`session${training}`));
    if (file === undefined)
      throw new Error('bench: ONNX Runtime wrote no profile; expected a file in its folder');
    return operatorTimes(await readFile(path.join(folder, file), 'utf8'), STEPS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
