import { describe, expect, it } from 'vitest';
import { convDenoiser, convSpec } from '../testdata/conv-denoiser.ts';
import { SessionWorker, startWorker } from './session-worker.ts';

const net = { spec: convSpec, width: 8, depth: 1 };
const contract = { channels: 2, height: 6, width: 5, classCount: 3 };

async function opened(worker: SessionWorker): Promise<SessionWorker> {
  const model = new Uint8Array(convDenoiser(net));
  await worker.call('open', { model, contract, provider: 'cpu', threads: 1 }, [model.buffer]);
  return worker;
}

const request = () => ({ x: new Float32Array(60), t: new Float32Array(1), labels: new Int32Array(1) });

const failure = (act: Promise<unknown>): Promise<unknown> => act.catch((reason: unknown) => reason);

describe('SessionWorker', () => {
  it('rejects what is pending when the thread crashes, and everything after', async () => {
    const thread = startWorker();
    const worker = await opened(new SessionWorker(thread));
    // A message that the worker does not know throws there, outside of any call.
    thread.worker.postMessage({ id: -1, call: 'nonsense' });
    const [pending, second] = await Promise.all([
      failure(worker.call('run', request())),
      failure(worker.call('run', request())),
    ]);
    for (const error of [pending, second, await failure(worker.call('run', request()))]) {
      expect(error).toMatchObject({ name: 'RuntimeError', code: 'RUNTIME_WORKER' });
      expect(String(error)).toMatch(
        /the thread that runs the model is gone: it crashed: TypeError.*Load the model again/,
      );
      expect(error).toHaveProperty('cause.name', 'TypeError');
    }
    await worker.stop();
  });

  it('says so when the thread was ended from outside', async () => {
    const thread = startWorker();
    const worker = await opened(new SessionWorker(thread));
    await thread.worker.terminate();
    const error = await failure(worker.call('run', request()));
    expect(error).toMatchObject({ code: 'RUNTIME_WORKER' });
    expect(String(error)).toContain('it ended with exit code 1');
  });

  it('rejects what is pending when it is stopped, once', async () => {
    const worker = await opened(new SessionWorker());
    const pending = failure(worker.call('run', request()));
    await Promise.all([worker.stop(), worker.stop()]);
    expect(await pending).toMatchObject({ code: 'RUNTIME_DISPOSED' });
    expect(await failure(worker.call('run', request()))).toMatchObject({ code: 'RUNTIME_DISPOSED' });
    await worker.stop();
  });

  it('hands the arrays over without a copy', async () => {
    const worker = await opened(new SessionWorker());
    const { x, t, labels } = request();
    const answer = worker.call('run', { x, t, labels }, [x.buffer]);
    expect(x.buffer.byteLength).toBe(0);
    expect(await answer).toHaveLength(60);
    await worker.stop();
  });

  it('carries errors over with class, code, message and cause', async () => {
    const worker = new SessionWorker();
    const early = await failure(worker.call('run', request()));
    expect(early).toMatchObject({
      name: 'RuntimeError',
      code: 'RUNTIME_WORKER',
      message: 'worker: run before open.',
    });
    await opened(worker);
    // The labels of this request are beyond the embedding: the contract here says more classes than the graph has.
    const loose = new Uint8Array(convDenoiser(net));
    await worker.call('open', { model: loose, contract: { ...contract, classCount: 9 }, provider: 'cpu' });
    const failed = await failure(worker.call('run', { ...request(), labels: Int32Array.of(7) }));
    expect(failed).toMatchObject({ code: 'RUNTIME_RUN' });
    expect(failed).toHaveProperty('cause.message', expect.stringContaining('Gather'));
    await worker.stop();
  });
});
