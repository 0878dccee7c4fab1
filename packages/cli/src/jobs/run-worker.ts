import { once } from 'node:events';
import { hostname } from 'node:os';
import { connect, safeUrl, startWorker } from '@isonoise/jobs';
import { runtimeOptions } from '../machine-flags.ts';
import { warnOfDiffusers } from '../model-path.ts';
import { plural } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { exitInterrupted } from '../terminal/json-output.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { findBundles } from './bundle-seals.ts';
import type { WorkerFlags } from './jobs-flags.ts';
import { createWorkerModels } from './worker-models.ts';

/** Time for which a stopping worker waits for a lost connection. */
const STOP_MS = 10_000;

/** `isonoise worker`: draws ranges of jobs until a signal arrives. */
export async function runWorker(flags: WorkerFlags, terminal: Terminal): Promise<void> {
  const { redis, models: folder, parallel, batchSize, lockSeconds } = flags;
  const link = { isLost: false };
  const connection = await connect(redis, {
    onLost(isLost) {
      link.isLost = isLost;
      terminal.warn(isLost ? 'the connection to Redis is lost; reconnecting' : 'connected again');
    },
  });
  const interrupt = listenForInterrupt(() =>
    terminal.note('\nstopping: saving the state of the current ranges; press Ctrl-C again to quit at once'),
  );
  const onNote = (note: string): void => terminal.warn(note);
  const models = createWorkerModels({ folder, runtime: runtimeOptions(flags), batchSize, onNote });
  try {
    for (const note of connection.notes) terminal.warn(note);
    const bundles = await findBundles(folder);
    await warnOfDiffusers(folder, terminal);
    const name = `${hostname()}-${process.pid}`;
    terminal.note(
      `${terminal.colors.bold('isonoise worker')} ${name}: ${plural(bundles.size, 'model')} in ${folder}, jobs of ${safeUrl(redis)}`,
    );
    const worker = startWorker({
      connection,
      models,
      name,
      concurrency: parallel,
      lockMs: 1000 * lockSeconds,
      onNote,
      onRange: ({ id, bundle }, range, outcome) =>
        terminal.note(`job ${id} ${bundle.name}: range ${range} ${outcome}`),
    });
    try {
      if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    } finally {
      const timer = setTimeout(() => {
        if (!link.isLost) return;
        terminal.warn(
          'stopped without Redis; other workers continue the ranges from the states that were saved last',
        );
        exitInterrupted(interrupt.by);
      }, STOP_MS);
      await worker.stop();
      clearTimeout(timer);
    }
    terminal.note('stopped');
  } finally {
    await models.close();
    connection.close();
    interrupt.dispose();
  }
}
