import { expect, it } from 'vitest';
import type { EncodeTask } from './encode-task.ts';
import { createEncoder } from './encoder.ts';

const TASK: EncodeTask = {
  kind: 'npy',
  images: Float32Array.of(0),
  shape: [1, 1, 1, 1],
};

/** A worker that only records its tasks. The tests send its events. */
class RecordedWorker extends EventTarget {
  readonly tasks: number[] = [];
  terminated = 0;
  postMessage({ id }: { readonly id: number }): void {
    this.tasks.push(id);
  }
  terminate(): void {
    this.terminated++;
  }
  reply(id: number, ...bytes: readonly number[]): void {
    this.dispatchEvent(new MessageEvent('message', { data: { id, file: Uint8Array.from(bytes) } }));
  }
}

function scene() {
  const workers: RecordedWorker[] = [];
  const encoder = createEncoder(() => {
    const worker = new RecordedWorker();
    workers.push(worker);
    return worker;
  });
  return { workers, encoder };
}

it('createEncoder resolves each task with its reply, in any order, and uses one worker', async () => {
  const { workers, encoder } = scene();
  encoder.prepare();
  const files = [encoder.encode(TASK), encoder.encode(TASK)];
  workers[0]?.reply(2, 22);
  workers[0]?.reply(1, 11);
  expect(await Promise.all(files)).toEqual([Uint8Array.of(11), Uint8Array.of(22)]);
  expect(workers).toHaveLength(1);
});

it('createEncoder returns computed values, and rejects a reply of the wrong kind', async () => {
  const { workers, encoder } = scene();
  const noise = { kind: 'noise', seed: 1n, numbers: [0], size: 2 } as const;
  const [values, wrong, file] = [encoder.compute(noise), encoder.compute(noise), encoder.encode(TASK)];
  const send = (data: unknown): unknown => workers[0]?.dispatchEvent(new MessageEvent('message', { data }));
  send({ id: 1, values: Float32Array.of(1, 2) });
  send({ id: 2, file: Uint8Array.of(1) });
  send({ id: 3, values: Float32Array.of(1) });
  expect(await values).toEqual(Float32Array.of(1, 2));
  await expect(wrong).rejects.toThrow('noise: got a file; expected values');
  await expect(file).rejects.toThrow('the file could not be encoded: got values');
});

it('createEncoder rejects one task that fails, and keeps the worker', async () => {
  const { workers, encoder } = scene();
  const file = encoder.encode(TASK);
  workers[0]?.dispatchEvent(new MessageEvent('message', { data: { id: 1, problem: 'too wide' } }));
  await expect(file).rejects.toThrow('the file could not be encoded: too wide');
  expect(workers[0]?.terminated).toBe(0);
});

it.each([
  ['crashes', Object.assign(new Event('error'), { message: 'out of memory' }), 'failed (out of memory)'],
  ['cannot be loaded', new Event('error'), 'did not start'],
  ['sends a reply that cannot be read', new Event('messageerror'), 'sent a reply that could not be read'],
])(
  'createEncoder ends a worker that %s, rejects all its tasks, and starts a new one',
  async (_, event, reason) => {
    const { workers, encoder } = scene();
    const files = [encoder.encode(TASK), encoder.encode(TASK)];
    workers[0]?.dispatchEvent(event);
    for (const file of files) await expect(file).rejects.toThrow(reason);
    expect(workers[0]?.terminated).toBeGreaterThan(0);
    const next = encoder.encode(TASK);
    expect(workers).toHaveLength(2);
    workers[1]?.reply(3, 33);
    expect(await next).toEqual(Uint8Array.of(33));
  },
);

it('createEncoder rejects a task that cannot be sent, and encodes the next one', async () => {
  const { workers, encoder } = scene();
  encoder.prepare();
  const [worker] = workers;
  if (worker === undefined) throw new Error('expected a worker');
  const { postMessage } = worker;
  worker.postMessage = () => {
    throw new Error('cannot be cloned');
  };
  await expect(encoder.encode(TASK)).rejects.toThrow('cannot be cloned');
  worker.postMessage = postMessage;
  const next = encoder.encode(TASK);
  worker.reply(2, 7);
  expect(await next).toEqual(Uint8Array.of(7));
});

it.each(['error', 'messageerror'])(
  'createEncoder replaces a worker that failed between tasks (%s)',
  async (event) => {
    const { workers, encoder } = scene();
    encoder.prepare();
    workers[0]?.dispatchEvent(new Event(event));
    expect(workers[0]?.terminated).toBe(1);
    const file = encoder.encode(TASK);
    expect(workers.map(({ tasks }) => tasks)).toEqual([[], [1]]);
    workers[1]?.reply(1, 5);
    expect(await file).toEqual(Uint8Array.of(5));
    // A late event of the old worker does not affect the new one.
    workers[0]?.dispatchEvent(new Event(event));
    expect(workers[1]?.terminated).toBe(0);
  },
);
