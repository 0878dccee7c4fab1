import { describe, expect, it } from 'vitest';
import { convDenoiser, convSpec } from '../testdata/conv-denoiser.ts';
import { SessionWorker, startWorker } from './session-worker.ts';

const net = { spec: convSpec, width: 8, depth: 1 };
const contract = { channels: 2, height: 6, width: 5, classCount: 3 };

async function opened(worker: SessionWorker, classCount = 3): Promise<SessionWorker> {
  const model = new Uint8Array(convDenoiser(net));
  await worker.model.open({
    model,
    contract: { ...contract, classCount },
    provider: 'cpu',
    threads: 1,
    options: undefined,
  });
  return worker;
}

const run = ({ model }: SessionWorker, label = 0): Promise<Float32Array> =>
  model.denoise(new Float32Array(60), new Float32Array(1), Int32Array.of(label));

const failure = (act: Promise<unknown>): Promise<unknown> => act.catch((reason: unknown) => reason);

describe('SessionWorker', () => {
  it('rejects pending and later calls when the thread crashes', async () => {
    const thread = startWorker();
    const worker = await opened(new SessionWorker(thread));
    // An unknown message makes the worker throw outside any call.
    thread.worker.postMessage({ id: -1, kind: 'nonsense' });
    const [pending, second] = await Promise.all([failure(run(worker)), failure(run(worker))]);
    for (const error of [pending, second, await failure(run(worker))]) {
      expect(error).toMatchObject({ name: 'IsonoiseError', code: 'RUNTIME_WORKER' });
      expect(String(error)).toMatch(
        /the thread of the model ended: it crashed: TypeError.*Load the model again/,
      );
      expect(error).toHaveProperty('cause.name', 'TypeError');
    }
    await worker.stop();
  });

  it('reports the exit code when the thread is terminated from outside', async () => {
    const thread = startWorker();
    const worker = await opened(new SessionWorker(thread));
    await thread.worker.terminate();
    const error = await failure(run(worker));
    expect(error).toMatchObject({ code: 'RUNTIME_WORKER' });
    expect(String(error)).toContain('it ended with exit code 1');
  });

  it('watches the exit of the process until its thread has ended', async () => {
    const watchers = (): number => process.listenerCount('exit');
    const before = watchers();
    const thread = startWorker();
    const worker = await opened(new SessionWorker(thread));
    expect(watchers()).toBe(before + 1);
    thread.worker.emit('messageerror', new Error('not to be cloned'));
    expect(await failure(run(worker))).toMatchObject({ code: 'RUNTIME_WORKER' });
    // The thread still exists and may be in native code.
    expect(watchers()).toBe(before + 1);
    await worker.stop();
    expect(watchers()).toBe(before);
  });

  it('rejects pending calls when it is stopped', async () => {
    const worker = await opened(new SessionWorker());
    const pending = failure(run(worker));
    await Promise.all([worker.stop(), worker.stop()]);
    expect(await pending).toMatchObject({ code: 'RUNTIME_DISPOSED' });
    expect(await failure(run(worker))).toMatchObject({ code: 'RUNTIME_DISPOSED' });
    await worker.stop();
  });

  it('transfers the model file without a copy', async () => {
    const worker = new SessionWorker();
    const model = new Uint8Array(convDenoiser(net));
    const open = worker.model.open({ model, contract, provider: 'cpu', options: undefined });
    expect(model.buffer.byteLength).toBe(0);
    await open;
    expect(await run(worker)).toHaveLength(60);
    await worker.stop();
  });

  it("rejects with the thread's error, including its class, code, message and cause", async () => {
    const worker = new SessionWorker();
    expect(await failure(run(worker))).toMatchObject({
      name: 'IsonoiseError',
      code: 'RUNTIME_WORKER',
      message: 'worker: got a call before open; expected open first. Call open.',
    });
    // This contract has more classes than the graph's embedding.
    await opened(worker, 9);
    const failed = await failure(run(worker, 7));
    expect(failed).toMatchObject({ code: 'RUNTIME_RUN' });
    expect(failed).toHaveProperty('cause.message', expect.stringContaining('Gather'));
    await worker.stop();
  });
});
