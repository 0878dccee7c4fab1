// The child process of `probeProcess`: loads a model and answers calls until its parent disconnects.
import { packError } from '@isonoise/error';
import { loadModel } from '@isonoise/runtime-node';
import { probeModel } from './probe.ts';
import type { ProcessCall, ProcessReply, ProcessRequest } from './probe-process.ts';

const { model, provider }: ProcessRequest = JSON.parse(process.argv[2] ?? '');
process.once('disconnect', () => process.exit());

/** Runs `work` and sends its outcome. */
async function answer(id: number, work: () => Promise<unknown>): Promise<void> {
  const reply: ProcessReply = await work().then(
    (value): ProcessReply => ({ id, ok: true, value }),
    (error: unknown): ProcessReply => ({
      id,
      ok: false,
      error: packError(error),
    }),
  );
  process.send?.(reply);
}

const loading = loadModel(model, { provider }).then(probeModel);
await answer(-1, async () => void (await loading));
process.on('message', ({ id, name, args }: ProcessCall) =>
  answer(id, async () => {
    // `probeProcess` pairs each name with its arguments.
    const method = (await loading)[name] as (...args: readonly unknown[]) => Promise<unknown>;
    return method(...args);
  }),
);
