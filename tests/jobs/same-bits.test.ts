import { describe, expect, it } from 'vitest';
import { drawnHere, fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();

describe('a job with sameBits whose kind of processor leaves', () => {
  it('is drawn by another kind from the start, if no range is finished', async () => {
    let steps = 0;
    const first = jobs.work(fakeModels({ kind: 'a', stepMs: 200, onStep: () => steps++ }));
    const record = await jobs.send(6, { sameBits: true, saveEvery: 1 });
    await expect.poll(() => steps, { interval: 10 }).toBe(3);
    await first.stop();
    expect(await jobs.store.savedState(record.id, 0)).not.toBeNull();
    expect(await jobs.waitsFor(record)).toBe(
      'the job waits for a worker of kind a, because all its images must have the bits of one kind; ' +
        'expected such a worker to be connected. Start a worker on such a processor, or cancel the job',
    );
    jobs.work(fakeModels({ kind: 'b' }));
    const { images, kinds, steps: taken } = await jobs.collected(record);
    // The range was not resumed from the saved state of the other kind.
    expect([images, kinds, taken]).toEqual([await drawnHere(fakeStart(6)), ['b', 'b'], [6, 6]]);
    expect(await jobs.waitsFor(record)).toBeNull();
  });

  it('waits for its kind, with a note, if a range is finished', async () => {
    const first = jobs.work(fakeModels({ kind: 'a' }));
    const record = await jobs.send(12, { sameBits: true });
    await expect
      .poll(async () => (await jobs.store.progress(record.id)).finished, { interval: 5 })
      .toBeGreaterThan(0);
    await first.stop();
    const { finished } = await jobs.store.progress(record.id);
    // Otherwise the worker was faster than this test.
    expect(finished).toBeLessThan(4);
    const outcomes: string[] = [];
    jobs.work(fakeModels({ kind: 'b' }), { onRange: (_, __, outcome) => void outcomes.push(outcome) });
    await expect.poll(() => outcomes.length).toBeGreaterThan(8);
    expect(new Set(outcomes)).toEqual(new Set(['other kind']));
    expect(await jobs.waitsFor(record)).toContain('waits for a worker of kind a,');
    jobs.work(fakeModels({ kind: 'a' }));
    const { images, kinds } = await jobs.collected(record);
    expect([images, new Set(kinds)]).toEqual([await drawnHere(fakeStart(12)), new Set(['a'])]);
  });

  it('does not get images or states of the kind that left', async () => {
    const record = await jobs.send(6, { sameBits: true });
    const by = { worker: 'w', steps: 6, milliseconds: 1 };
    const images = new Float32Array(12);
    expect(await jobs.store.claimKind(record.id, 'a')).toBe('a');
    await jobs.store.saveState(record, 0, 'state of a', 'a');
    expect(await jobs.store.takeKind(record.id, 'x', 'b')).toBe('a');
    expect(await jobs.store.takeKind(record.id, 'a', 'b')).toBe('b');
    expect(await jobs.store.savedState(record.id, 0)).toBeNull();
    await jobs.store.saveState(record, 0, 'state of a', 'a');
    expect(await jobs.store.savedState(record.id, 0)).toBeNull();
    expect(await jobs.store.finish(record, 0, images, { ...by, kind: 'a' })).toBe('other kind');
    expect(await jobs.store.finish(record, 0, images, { ...by, kind: 'b' })).toBe('stored');
    // A finished range ties the job to its kind.
    expect(await jobs.store.takeKind(record.id, 'b', 'a')).toBe('b');
  });
});
