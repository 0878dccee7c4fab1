import { createBatches } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import {
  collect,
  config,
  curve,
  dataset,
  linearEngine,
  network,
  ofType,
  setUp,
} from '../../testdata/linear-run.ts';
import { decodeCheckpoint } from '../checkpoint.ts';
import { checkpointName, memoryStore } from '../checkpoint-store.ts';
import type { Engine } from '../engine.ts';
import { parseTrainConfig } from '../parse-train-config.ts';
import { prepareTraining } from '../prepare-training.ts';
import { PRESETS, presetFor } from '../presets.ts';
import type { TrainConfig } from '../train-config.ts';
import { measurePace } from './measure-pace.ts';

/** Creates an engine and a clock for a machine on which steps take a given time. */
function machine(secondsOf: (step: number) => number): { engine: Engine; clock: () => number } {
  let now = 0;
  const inner = linearEngine();
  const step: Engine['step'] = async (feeds) => {
    now += 1000 * secondsOf(feeds.step);
    return inner.step(feeds);
  };
  return { engine: { ...inner, step }, clock: () => now };
}

const timed = (minutes: number, steps: number, more: object = {}): TrainConfig =>
  parseTrainConfig({ ...config, minutes, steps, sampleEvery: 0, ...more });

async function run(settings: TrainConfig, secondsOf: (step: number) => number) {
  const { engine, clock } = machine(secondsOf);
  const { options, entries } = setUp({ config: settings, engine, clock });
  const events = await collect(options);
  const end = events.at(-1);
  if (end?.type !== 'done') throw new Error(`the run ended with ${end?.type}`);
  return {
    events,
    entries,
    seconds: clock(),
    steps: end.steps,
    config: decodeCheckpoint(entries.get(checkpointName(end.step)) as Uint8Array).config,
  };
}

describe('a run whose length is given in minutes', () => {
  it('keeps its number of steps if the pace is as planned', async () => {
    const { events, steps } = await run(timed(1, 100), () => 0.6);
    expect(steps).toBe(100);
    expect(ofType(events, 'plan')).toEqual([]);
  });

  it.each([
    ['twice as slow as planned', 200, () => 0.6],
    ['four times as fast as planned', 100, () => 0.15],
    ['slower in the second half', 100, (step: number) => (step < 50 ? 0.6 : 1.8)],
    ['faster in the second half', 100, (step: number) => (step < 50 ? 0.6 : 0.2)],
    ['slow during the last steps', 100, (step: number) => (step < 90 ? 0.6 : 2)],
  ])('lasts as long as requested on a machine that is %s', async (_title, planned, secondsOf) => {
    const { events, steps, seconds, config: last } = await run(timed(1, planned), secondsOf);
    // The run may be two steps too long, or 3 % and two steps too short.
    const step = secondsOf(steps);
    expect(seconds / 1000).toBeLessThan(60 + 2 * step);
    expect(seconds / 1000).toBeGreaterThan(60 * 0.97 - 2 * step);
    expect(last).toMatchObject({ steps, minutes: 1 });
    // The learning rate decreases without jumps until the end.
    const rates = ofType(events, 'step').map(({ learningRate }) => learningRate);
    expect(rates.at(-1)).toBeLessThan(0.02 * Math.max(...rates));
    for (let i = 10; i < rates.length; i++) expect(rates[i]).toBeLessThan(rates[i - 1] as number);
  });

  it('gives bit-identical results if its recorded configuration runs again without minutes', async () => {
    const first = await run(timed(1, 200), (step) => (step % 7 === 0 ? 1 : 0.5));
    expect(first.config.stepPlans?.length).toBeGreaterThan(1);
    const { minutes: _, ...recorded } = first.config;
    const second = await run(parseTrainConfig(JSON.parse(JSON.stringify(recorded))), () => 0.1);
    expect(curve(second.events)).toEqual(curve(first.events));
    expect(ofType(second.events, 'plan')).toEqual([]);
  });

  it('resumes with the remaining time, and also with more time', async () => {
    const first = machine(() => 0.6);
    const { options, entries } = setUp({ config: timed(1, 100), ...first });
    await collect(options, (event) => event.type === 'checkpoint' && event.step === 40);
    expect(decodeCheckpoint(entries.get(checkpointName(40)) as Uint8Array).seconds).toBeCloseTo(24, 6);
    const copy = new Map(entries);
    // The second session is twice as fast, so 36 seconds are enough for 120 steps.
    const second = machine(() => 0.3);
    const resumed = await collect({ ...options, ...second, store: memoryStore(copy), start: 'resume' });
    expect(second.clock() / 1000).toBeGreaterThan(34);
    expect(second.clock() / 1000).toBeLessThan(36.7);
    expect(resumed.at(-1)).toMatchObject({ type: 'done' });
    expect(resumed.at(-1)?.step).toBeGreaterThan(150);

    const longer = machine(() => 0.6);
    const more = await collect({
      ...options,
      ...longer,
      config: timed(2, 100),
      store: memoryStore(new Map(copy)),
      start: 'resume',
    });
    // The third session adds one minute.
    expect(longer.clock() / 1000).toBeGreaterThan(57);
    expect(longer.clock() / 1000).toBeLessThan(61.3);
    expect(more.at(-1)?.type).toBe('done');
    await expect(
      collect({
        ...options,
        ...machine(() => 1),
        config: timed(0.2, 100),
        store: memoryStore(copy),
        start: 'resume',
      }),
    ).rejects.toMatchObject({
      code: 'TRAIN_CONFIG',
      message: expect.stringContaining('minutes is 0.2, but'),
    });
  });

  it.each([
    ['no more time than it has already used', 40, 0.39, 40],
    ['more time before its first step', 0, 2, 100],
  ])('has a valid configuration if it is resumed with %s', async (_title, last, minutes, steps) => {
    const { engine, clock } = machine(() => 0.6);
    let now = 0;
    // Preparations also take some time.
    const { options } = setUp({ config: timed(1, 100), engine, clock: () => clock() + now++ });
    const stop = new AbortController();
    if (last === 0) stop.abort();
    await collect(
      { ...options, signal: stop.signal },
      (event) => event.type === 'checkpoint' && event.step === last,
    );
    const { config: next } = await prepareTraining({
      ...options,
      config: timed(minutes, 100),
      start: 'resume',
    });
    expect(next.steps).toBe(steps);
    expect(parseTrainConfig(JSON.parse(JSON.stringify(next)))).toEqual(next);
  });

  it('takes no steps if it is already complete', async () => {
    const first = machine(() => 0.6);
    const { options } = setUp({ config: timed(1, 100), ...first });
    await collect(options);
    const again = await collect({ ...options, start: 'resume' });
    expect(again.map(({ type }) => type)).toEqual(['begin', 'done']);
  });
});

it('measurePace measures all steps except the first, and restores the state of the engine', async () => {
  const { engine, clock } = machine((step) => (step === 1 ? 5 : 0.25));
  const before = await engine.readState();
  const batches = createBatches(dataset, { batchSize: 8, seed: 3 });
  expect(await measurePace({ config, batches, network, engine, clock })).toBeCloseTo(0.25, 9);
  expect(await engine.readState()).toEqual(before);
});

it('presetFor keeps the share of a run that its average covers if the length is in minutes', () => {
  // For 1000 steps, the decay 0.99 covers 100 steps, a tenth of the run.
  expect(presetFor(PRESETS.quick, false, 500, true).ema).toEqual({ decay: 0.98 });
  expect(presetFor(PRESETS.quick, false, 4000, true)).toMatchObject({
    ema: { decay: 0.9975 },
    sampleEvery: 500,
  });
  expect(presetFor(PRESETS.quick, false, 200, true)).toMatchObject({ sampleEvery: 50, checkpointEvery: 20 });
  expect(presetFor(PRESETS.quick, false, 500).ema).toEqual({ decay: 0.99 });
});
