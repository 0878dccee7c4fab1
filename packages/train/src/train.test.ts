import { createBatches, type Dataset } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoint } from './checkpoint.ts';
import { checkpointName, memoryStore } from './checkpoint-store.ts';
import type { Engine, StepFeeds, TrainState } from './engine.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import { type TrainOptions, train } from './train.ts';
import type { TrainEvent } from './train-event.ts';

/** 32 images of one brightness each: given x_t, a linear model can tell much of the noise from the other pixels. */
const S = 4;
const dataset: Dataset = {
  name: 'flat',
  count: 32,
  shape: { channels: 1, height: 2, width: 2 },
  pixels: Uint8Array.from({ length: 32 * S }, (_, i) => 8 * Math.floor(i / S)),
  labels: Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 0 : 1)),
  classNames: ['dark', 'light'],
};

/** ε = W x + b with Adam in plain TypeScript: a small thing that really learns. */
function linearEngine(
  disturb: (feeds: StepFeeds) => number = () => 0,
): Engine & { readonly labelsSeen: Set<number> } {
  const P = S * S + S;
  let state: TrainState = {
    theta: new Float32Array(P),
    m: new Float32Array(P),
    v: new Float32Array(P),
    ema: new Float32Array(P),
  };
  const labelsSeen = new Set<number>();
  const predict = (theta: Float32Array, x: Float32Array, b: number, i: number): number => {
    let sum = theta[S * S + i] as number;
    for (let j = 0; j < S; j++) sum += (theta[i * S + j] as number) * (x[b * S + j] as number);
    return sum;
  };
  return {
    description: 'linear (plain TypeScript)',
    labelsSeen,
    async step(feeds) {
      const { sample, target, weight, learningRate, emaDecay, step } = feeds;
      feeds.classLabels?.forEach((label) => void labelsSeen.add(label));
      const { theta, m, v, ema } = state;
      const gradient = new Float64Array(P);
      let loss = disturb(feeds);
      for (let b = 0; b < weight.length; b++) {
        for (let i = 0; i < S; i++) {
          const error = predict(theta, sample, b, i) - (target[b * S + i] as number);
          const scale = (weight[b] as number) / target.length;
          loss += scale * error * error;
          gradient[S * S + i] = (gradient[S * S + i] as number) + 2 * scale * error;
          for (let j = 0; j < S; j++) {
            gradient[i * S + j] =
              (gradient[i * S + j] as number) + 2 * scale * error * (sample[b * S + j] as number);
          }
        }
      }
      const next = theta.map((w, p) => {
        const g = gradient[p] as number;
        m[p] = 0.9 * (m[p] as number) + 0.1 * g;
        v[p] = 0.999 * (v[p] as number) + 0.001 * g * g;
        const root = Math.sqrt((v[p] as number) / (1 - 0.999 ** step));
        return w - (learningRate * (m[p] as number)) / (1 - 0.9 ** step) / (root + 1e-8);
      });
      state = {
        theta: next,
        m,
        v,
        ema: ema.map((e, p) => emaDecay * e + (1 - emaDecay) * (next[p] as number)),
      };
      return { loss, gradNorm: Math.hypot(...gradient) };
    },
    readState: async () => structuredClone(state),
    writeState: async (given) => {
      state = structuredClone(given);
    },
    denoise: async (x) => x.map((_, at) => predict(state.ema, x, Math.floor(at / S), at % S)),
    dispose: async () => {},
  };
}

const config = parseTrainConfig({
  dataset: 'flat',
  batchSize: 8,
  steps: 60,
  seed: 3,
  unet: { sample_size: 2, num_class_embeds: 3 },
  optimizer: { learningRate: 0.01 },
  learningRateSchedule: { kind: 'cosine', warmupSteps: 5 },
  sampleEvery: 30,
  sampleCount: 4,
  sampleSteps: 5,
  checkpointEvery: 20,
  keepCheckpoints: 2,
});
const network = { imageShape: dataset.shape, numClassEmbeds: 3, dropoutUnits: 0 };

function setUp(changes: Partial<TrainOptions> = {}) {
  const entries = new Map<string, Uint8Array>();
  let now = 0;
  const options: TrainOptions = {
    config,
    batches: createBatches(dataset, { batchSize: 8, seed: 3 }),
    network,
    engine: linearEngine(),
    store: memoryStore(entries),
    clock: () => (now += 100),
    ...changes,
  };
  return { entries, options };
}

async function collect(
  options: TrainOptions,
  upTo: (event: TrainEvent) => boolean = () => false,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(options)) {
    events.push(event);
    if (upTo(event)) break;
  }
  return events;
}

const ofType = <T extends TrainEvent['type']>(events: readonly TrainEvent[], type: T) =>
  events.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);
const curve = (events: readonly TrainEvent[]) =>
  ofType(events, 'step').map(({ step, loss, smoothedLoss, gradNorm, learningRate }) => [
    step,
    loss,
    smoothedLoss,
    gradNorm,
    learningRate,
  ]);

describe('train', () => {
  it('tells of each step, checkpoint and grid in order, and learns', async () => {
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
    // The untrained model answers 0: E ε² = 1. Seeing all pixels it can do far better.
    expect(steps[0]?.loss).toBeGreaterThan(0.6);
    const last = steps.slice(-20).reduce((sum, { loss }) => sum + loss / 20, 0);
    expect(last).toBeLessThan(0.75);
  });

  it('tells pace and time left by the clock alone', async () => {
    const { options } = setUp();
    const steps = ofType(await collect(options), 'step');
    // The clock moves 100 ms at each reading; a step reads it twice: 8 images in 0.1 s.
    expect(steps[9]).toMatchObject({ imagesPerSecond: 80, secondsLeft: 5 });
  });

  it('makes grids of all classes from the averaged weights', async () => {
    const { options } = setUp();
    const [grid] = ofType(await collect(options), 'samples');
    expect(grid).toMatchObject({ shape: [4, 1, 2, 2], labels: [0, 1, 0, 1] });
    expect(grid?.images.length).toBe(16);
    expect(grid?.images.every((value) => value >= -1 && value <= 1)).toBe(true);
  });

  it('shows some images under the null class, and never without label dropout', async () => {
    const engine = linearEngine();
    await collect(setUp({ engine }).options);
    expect([...engine.labelsSeen].sort()).toEqual([0, 1, 2]);

    const all = linearEngine();
    const certain = parseTrainConfig({
      ...config,
      labelDropout: 0,
      guidance: 1,
      unet: { num_class_embeds: 2 },
    });
    await collect(
      setUp({ engine: all, config: certain, network: { ...network, numClassEmbeds: 2 } }).options,
    );
    expect([...all.labelsSeen].sort()).toEqual([0, 1]);
  });

  it('goes on bit for bit after it was killed between any two events', async () => {
    const whole = setUp();
    const expected = await collect(whole.options);
    for (const killedAt of [20, 33, 45]) {
      const { options, entries } = setUp();
      await collect(options, (event) => event.type === 'step' && event.step === killedAt);
      if (killedAt === 20) {
        // The checkpoint of step 20 was not reached: nothing to go on from.
        expect([...entries.keys()]).toEqual([]);
        continue;
      }
      const resumed = await collect({ ...options, engine: linearEngine(), resume: true });
      const from = killedAt < 40 ? 20 : 40;
      expect(resumed[0]).toMatchObject({ type: 'begin', step: from, resumedFrom: checkpointName(from) });
      expect(curve(resumed)).toEqual(curve(expected).slice(from));
      expect(ofType(resumed, 'samples').at(-1)?.images).toEqual(ofType(expected, 'samples').at(-1)?.images);
      expect(entries).toEqual(whole.entries);
    }
  });

  it('stops after the step under way when aborted, saves, and says where', async () => {
    const abort = new AbortController();
    const { options, entries } = setUp({ signal: abort.signal });
    const events: TrainEvent[] = [];
    for await (const event of train(options)) {
      events.push(event);
      if (event.type === 'step' && event.step === 7) abort.abort();
    }
    expect(events.slice(-2)).toMatchObject([
      { type: 'checkpoint', step: 7 },
      { type: 'stopped', step: 7, checkpoint: checkpointName(7) },
    ]);
    const resumed = await collect({ ...setUp().options, store: memoryStore(entries), resume: true });
    expect(curve([...events, ...resumed])).toEqual(curve(await collect(setUp().options)));
  });

  it('leaves a grid under way when aborted', async () => {
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

  it('stops at a loss that is not finite, and leaves the last good checkpoint as it was', async () => {
    const { options, entries } = setUp({
      engine: linearEngine(({ step }) => (step === 23 ? Number.NaN : 0)),
    });
    await expect(collect(options)).rejects.toMatchObject({
      code: 'NON_FINITE_LOSS',
      message: expect.stringMatching(/NaN.*at step 23.*step-00000020\.safetensors, untouched/),
    });
    expect([...entries.keys()]).toEqual([checkpointName(20)]);
    expect(decodeCheckpoint(entries.get(checkpointName(20)) as Uint8Array).step).toBe(20);
  });

  it('does not save weights that are not finite', async () => {
    const engine = linearEngine();
    const broken: Engine = {
      ...engine,
      readState: async () => ({
        ...(await engine.readState()),
        theta: Float32Array.of(1, Number.POSITIVE_INFINITY),
      }),
    };
    const { options, entries } = setUp({ engine: broken });
    await expect(collect(options)).rejects.toThrow('theta[1] is Infinity after step 20');
    expect(entries.size).toBe(0);
  });

  it('goes back past a damaged checkpoint and reports it', async () => {
    const { options, entries } = setUp();
    await collect(options);
    entries.set(checkpointName(60), (entries.get(checkpointName(60)) as Uint8Array).subarray(0, 50));
    const resumed = await collect({ ...setUp().options, store: memoryStore(entries), resume: true });
    expect(resumed[0]).toMatchObject({ step: 40, damaged: [{ name: checkpointName(60) }] });
    expect(resumed.at(-1)).toMatchObject({ type: 'done', step: 60 });
  });

  it('has nothing to do in a finished run, and more when steps grow', async () => {
    const { options } = setUp();
    await collect(options);
    const finished = await collect({ ...options, resume: true });
    expect(finished.map(({ type }) => type)).toEqual(['begin', 'done']);
    const longer = { ...options, config: { ...config, steps: 63 }, resume: true };
    expect(ofType(await collect(longer), 'step').map(({ step }) => step)).toEqual([61, 62, 63]);
  });

  it('refuses to begin over a run, to resume nothing, and to resume under another config', async () => {
    const { options } = setUp();
    await expect(collect({ ...options, resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_FOUND',
    });
    await collect(options);
    await expect(collect(options)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    const other = { ...config, optimizer: { ...config.optimizer, learningRate: 0.5 } };
    await expect(collect({ ...options, config: other, resume: true })).rejects.toMatchObject({
      code: 'RUN_CONFIG_DIFFERS',
      message: expect.stringMatching(/optimizer: .*0\.01.* in the checkpoint, .*0\.5.* asked/),
    });
  });

  it('refuses data that does not fit the network', async () => {
    const { labels: _, classNames: __, ...unlabelled } = dataset;
    const batches = createBatches(unlabelled, { batchSize: 8, seed: 3 });
    await expect(collect(setUp({ batches }).options)).rejects.toThrow('the data has no labels');
    const wide = { ...network, imageShape: { channels: 3, height: 2, width: 2 } };
    await expect(collect(setUp({ network: wide }).options)).rejects.toMatchObject({ code: 'TRAIN_SHAPE' });
    const few = { ...network, numClassEmbeds: 2 };
    await expect(collect(setUp({ network: few }).options)).rejects.toThrow(
      'knows 1 classes; labels go up to 1',
    );
    const four = createBatches(dataset, { batchSize: 4, seed: 3 });
    await expect(collect(setUp({ batches: four }).options)).rejects.toMatchObject({ code: 'TRAIN_CONFIG' });
  });

  it('lets sinks hear each event before the next thing happens', async () => {
    const heard: string[] = [];
    const sink = { write: async (event: TrainEvent) => void heard.push(`${event.type} ${event.step}`) };
    const { options } = setUp({ sinks: [sink] });
    for await (const event of train(options)) expect(heard.at(-1)).toBe(`${event.type} ${event.step}`);
    expect(heard.length).toBe(1 + 60 + 3 + 2 + 1);
  });
});
