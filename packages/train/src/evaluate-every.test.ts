import { describe, expect, it } from 'vitest';
import { collect, config, curve, linearEngine, ofType, setUp } from '../testdata/linear-run.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { bestStep, checkpointName } from './checkpoint-store.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import type { QualityMeasure } from './quality.ts';
import { train } from './train.ts';
import type { TrainEvent } from './train-event.ts';

const measured = parseTrainConfig({ ...config, evaluateEvery: 15, evaluateCount: 60, best: 'fid' });

/** Returns the mean square of the images, which depends on all of them. */
const meanSquare: QualityMeasure = async ({ images }) =>
  images.reduce((sum, value) => sum + value * value, 0) / images.length;

function measuredRun(measureQuality: QualityMeasure = meanSquare) {
  return setUp({ config: measured, measureQuality });
}

describe('a run with evaluateEvery', () => {
  it('measures images of all classes in turn, without changing the learned weights', async () => {
    const seen: (readonly [number, number])[] = [];
    const { options } = measuredRun(async (samples) => {
      seen.push([samples.shape[0], samples.labels?.[59] ?? -1]);
      return meanSquare(samples);
    });
    const events = await collect(options);
    expect(ofType(events, 'quality').map(({ step, count }) => [step, count])).toEqual([
      [15, 60],
      [30, 60],
      [45, 60],
      [60, 60],
    ]);
    expect(seen).toEqual(Array.from({ length: 4 }, () => [60, 1]));
    expect(curve(events)).toEqual(curve(await collect(setUp().options)));
  });

  it('saves the value in the checkpoint of its step, and keeps the best checkpoint', async () => {
    const values = [3, 1, 2, 4];
    const { options, entries } = measuredRun(async () => values.shift() ?? Number.NaN);
    const events = await collect(options);
    expect(ofType(events, 'quality').map(({ best }) => best)).toEqual([true, true, false, false]);
    expect([...entries.keys()].sort()).toEqual([30, 45, 60].map(checkpointName));
    const last = decodeCheckpoint(entries.get(checkpointName(60)) as Uint8Array);
    expect(last.quality).toEqual({ last: { step: 60, fid: 4 }, best: { step: 30, fid: 1 } });
    expect(bestStep(last)).toBe(30);
    expect(bestStep({ ...last, config: { ...measured, best: 'loss' } })).toBe(last.loss.best?.step);
  });

  it('chooses a new best checkpoint if it resumes with a measure whose best checkpoint is missing', async () => {
    // If the loss decides, the checkpoint with the smallest FID may be removed.
    const values = [1, 3, 4, 2];
    const { options, entries } = measuredRun(async () => values.shift() ?? Number.NaN);
    const byLoss = { ...measured, best: 'loss' } as const;
    const killed = await collect(
      { ...options, config: byLoss },
      ({ type, step }) => type === 'step' && step === 58,
    );
    expect(ofType(killed, 'quality').map(({ best }) => best)).toEqual([true, false, false]);
    entries.delete(checkpointName(15));
    const resumed = await collect({ ...options, engine: linearEngine(), start: 'resume' });
    expect(ofType(resumed, 'quality').map(({ step, best }) => [step, best])).toEqual([[60, true]]);
    const last = decodeCheckpoint(entries.get(checkpointName(60)) as Uint8Array);
    expect(bestStep(last)).toBe(60);
  });

  it('resumes with the same values after a kill between any two events', async () => {
    const whole = measuredRun();
    const expected = await collect(whole.options);
    const known = ofType(expected, 'quality').map(({ step, fid }) => [step, fid]);
    // Kill the run at each event after the first checkpoint, which is saved at step 15.
    const first = expected.findIndex(({ type }) => type === 'checkpoint');
    for (const killedAt of [
      first,
      first + 1,
      first + 2,
      first + 10,
      expected.length - 4,
      expected.length - 2,
    ]) {
      const { options, entries } = measuredRun();
      const before = await collect(options, (event) => {
        const place = expected[killedAt];
        return event.type === place?.type && event.step === place.step && event.time >= place.time;
      });
      const resumed = await collect({ ...options, engine: linearEngine(), start: 'resume' });
      const begin = ofType(resumed, 'begin')[0];
      const kept = ofType(before, 'quality').filter(({ step }) => step <= (begin?.measuredStep ?? 0));
      const values = [...kept, ...ofType(resumed, 'quality')].map(({ step, fid }) => [step, fid]);
      expect(values, `killed at event ${killedAt}`).toEqual(known);
      expect(entries, `killed at event ${killedAt}`).toEqual(whole.entries);
    }
  });

  it('saves a checkpoint if it is aborted during a measurement, and measures after it is resumed', async () => {
    const expected = await collect(measuredRun().options);
    const abort = new AbortController();
    const engine = linearEngine();
    const { options, entries } = measuredRun(async (samples, signal) => {
      signal?.throwIfAborted();
      return meanSquare(samples);
    });
    const denoise: typeof engine.denoise = (x, t) => {
      abort.abort();
      return engine.denoise(x, t);
    };
    const stopped = await collect({ ...options, signal: abort.signal, engine: { ...engine, denoise } });
    expect(stopped.slice(-2).map(({ type, step }) => `${type} ${step}`)).toEqual([
      'checkpoint 15',
      'stopped 15',
    ]);
    expect([...entries.keys()]).toEqual([checkpointName(15)]);
    const resumed = await collect({ ...options, engine: linearEngine(), start: 'resume' });
    expect(resumed[1]).toMatchObject({ type: 'quality', step: 15 });
    expect(ofType(resumed, 'quality').map(({ fid }) => fid)).toEqual(
      ofType(expected, 'quality').map(({ fid }) => fid),
    );
  });

  it('ends with "stopped" if it is aborted during its last measurement', async () => {
    const abort = new AbortController();
    const { options } = setUp({
      config: { ...measured, sampleEvery: 0 },
      measureQuality: meanSquare,
      signal: abort.signal,
    });
    const events: TrainEvent[] = [];
    for await (const event of train(options)) {
      events.push(event);
      if (event.type === 'checkpoint' && event.step === 60) abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'stopped', step: 60 });
    const { signal: _, ...rest } = options;
    const resumed = await collect({ ...rest, start: 'resume' });
    expect(resumed.map(({ type }) => type)).toEqual(['begin', 'quality', 'checkpoint', 'done']);
  });

  it('includes the remaining measurements in the expected time', async () => {
    const { options } = measuredRun();
    const steps = ofType(await collect(options), 'step');
    // The clock advances 100 ms at each reading, so a step and a measurement take 0.1 s each.
    expect(steps[9]?.secondsLeft).toBeCloseTo(5, 12);
    expect(steps[19]?.secondsLeft).toBeCloseTo(4 + 3 * 0.1, 12);
    expect(steps[58]?.secondsLeft).toBeCloseTo(0.1 + 0.1, 12);
  });

  it('is refused if the program cannot measure, or if `best` is fid without measurements', async () => {
    await expect(collect(setUp({ config: measured }).options)).rejects.toMatchObject({
      code: 'TRAIN_CONFIG',
      message: expect.stringContaining('evaluateEvery is 15, but this program cannot measure images'),
    });
    expect(() => parseTrainConfig({ ...config, best: 'fid' })).toThrow('best is fid, but evaluateEvery is 0');
  });
});
