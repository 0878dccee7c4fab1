import { createBatches } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import { collect, config, dataset, linearEngine, network, ofType, setUp } from '../testdata/linear-run.ts';
import { checkpointName } from './checkpoint-store.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import { train } from './train.ts';
import type { TrainEvent } from './train-event.ts';

describe('train', () => {
  it('yields events of each step, checkpoint and sheet in order, and reduces the loss', async () => {
    const { options, entries } = setUp();
    const events = await collect(options);
    expect(events[0]).toMatchObject({ type: 'begin', step: 0, steps: 60, resumedFrom: null, damaged: [] });
    expect(
      events.filter((event) => event.type !== 'step').map(({ type, step }) => `${type} ${step}`),
    ).toEqual([
      'begin 0',
      'checkpoint 20',
      'samples 30',
      'checkpoint 40',
      'checkpoint 60',
      'samples 60',
      'done 60',
    ]);
    const steps = ofType(events, 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect([...entries.keys()].sort()).toEqual([40, 60].map(checkpointName));
    // The untrained model predicts 0, so the loss is E ε² = 1. A trained model can infer much of ε from the other
    // pixels.
    expect(steps[0]?.loss).toBeGreaterThan(0.6);
    const last = steps.slice(-20).reduce((sum, { loss }) => sum + loss / 20, 0);
    expect(last).toBeLessThan(0.75);
  });

  it('learns the velocity of flow matching, and draws sheets with the trained model', async () => {
    const flow = parseTrainConfig({
      ...config,
      schedule: { kind: 'flow' },
      objective: {},
      optimizer: { learningRate: 0.05 },
    });
    expect(flow.objective.prediction).toBe('flow');
    const events = await collect(setUp({ config: flow }).options);
    const losses = ofType(events, 'step').map(({ loss }) => loss);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value / values.length, 0);
    // The untrained model predicts 0, so the loss is E (ε - x0)² = 1 + E x0². The grey levels of the images are
    // spread evenly over [-1, 1], which gives 1.33. The best linear model reaches 0.76. It predicts three quarters of
    // the variance of ε - mean ε, but hardly the mean.
    expect(mean(losses.slice(0, 3))).toBeGreaterThan(0.9);
    expect(mean(losses.slice(-20))).toBeLessThan(0.9);
    const [grid] = ofType(events, 'samples');
    expect(grid?.images.every((value) => value >= -1 && value <= 1)).toBe(true);
  });

  it('computes the pace and the remaining time from the injected clock', async () => {
    const { options } = setUp();
    const steps = ofType(await collect(options), 'step');
    // The clock advances 100 ms at each reading, so the two readings of a step give 8 images in 0.1 s.
    expect(steps[9]).toMatchObject({ imagesPerSecond: 80, secondsLeft: 5 });
  });

  it('draws sheets in which all classes take turns', async () => {
    const { options } = setUp();
    const [grid] = ofType(await collect(options), 'samples');
    expect(grid).toMatchObject({ shape: [4, 1, 2, 2], labels: [0, 1, 0, 1] });
    expect(grid?.images.length).toBe(16);
    expect(grid?.images.every((value) => value >= -1 && value <= 1)).toBe(true);
  });

  it('uses the null class for some images, but only with label dropout', async () => {
    const engine = linearEngine();
    await collect(setUp({ engine }).options);
    expect([...engine.labelsSeen].sort()).toEqual([0, 1, 2]);

    const all = linearEngine();
    const certain = parseTrainConfig({
      ...config,
      labelDropout: 0,
      guidance: 1,
      network: { num_class_embeds: 2 },
    });
    await collect(
      setUp({ engine: all, config: certain, network: { ...network, numClassEmbeds: 2 } }).options,
    );
    expect([...all.labelsSeen].sort()).toEqual([0, 1]);
  });

  it('abandons the current sheet when the run is aborted', async () => {
    const abort = new AbortController();
    const engine = linearEngine();
    const { options } = setUp({
      signal: abort.signal,
      engine: {
        ...engine,
        denoise: (x, t) => {
          abort.abort();
          return engine.denoise(x, t);
        },
      },
    });
    const events = await collect(options);
    expect(ofType(events, 'samples')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'stopped', step: 30 });
  });

  it('ends with "stopped" if it is aborted during its last sheet, and draws that sheet after it is resumed', async () => {
    const whole = ofType(await collect(setUp().options), 'samples').at(-1);
    const abort = new AbortController();
    const { options } = setUp({ signal: abort.signal });
    const events: TrainEvent[] = [];
    for await (const event of train(options)) {
      events.push(event);
      if (event.type === 'checkpoint' && event.step === 60) abort.abort();
    }
    expect(events.slice(-2)).toMatchObject([
      { type: 'checkpoint', step: 60 },
      { type: 'stopped', step: 60 },
    ]);
    const { signal: _, ...rest } = options;
    const resumed = await collect({ ...rest, start: 'resume', hasSamples: async () => false });
    expect(resumed.map(({ type }) => type)).toEqual(['begin', 'samples', 'done']);
    expect(ofType(resumed, 'samples')[0]?.images).toEqual(whole?.images);
  });

  it('refuses data that does not fit the network', async () => {
    const { labels: _, classNames: __, ...unlabelled } = dataset;
    const batches = createBatches(unlabelled, { batchSize: 8, seed: 3 });
    await expect(collect(setUp({ batches }).options)).rejects.toThrow('the data has no labels');
    const wide = { ...network, imageShape: { channels: 3, height: 2, width: 2 } };
    await expect(collect(setUp({ network: wide }).options)).rejects.toMatchObject({ code: 'TRAIN_SHAPE' });
    const huge = { ...network, imageShape: { channels: 3, height: 4096, width: 4096 } };
    await expect(collect(setUp({ network: huge }).options)).rejects.toMatchObject({
      code: 'TRAIN_CONFIG',
      message: expect.stringContaining('batchSize is 8 with images of 50331648 values; expected at most 5'),
    });
    const few = { ...network, numClassEmbeds: 2 };
    await expect(collect(setUp({ network: few }).options)).rejects.toThrow(
      'labels go up to 1; expected labels from 0 to 0',
    );
    const four = createBatches(dataset, { batchSize: 4, seed: 3 });
    await expect(collect(setUp({ batches: four }).options)).rejects.toMatchObject({ code: 'TRAIN_CONFIG' });
  });

  it('passes each event to sinks before the consumer gets it', async () => {
    const received: string[] = [];
    const sink = { write: async (event: TrainEvent) => void received.push(`${event.type} ${event.step}`) };
    const { options } = setUp({ sinks: [sink] });
    for await (const event of train(options)) expect(received.at(-1)).toBe(`${event.type} ${event.step}`);
    expect(received.length).toBe(1 + 60 + 3 + 2 + 1);
  });
});
