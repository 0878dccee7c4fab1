import { createBatches, type Dataset } from '@isonoise/data';
import { memoryStore } from '../src/checkpoint-store.ts';
import type { Engine, StepFeeds } from '../src/engine.ts';
import { parseTrainConfig } from '../src/parse-train-config.ts';
import { train } from '../src/train.ts';
import type { TrainOptions } from '../src/train-options.ts';
import type { TrainConfig } from '../src/train-config.ts';
import type { TrainEvent } from '../src/train-event.ts';

/**
 * A set of 32 images with one grey level each. A linear model can predict much of a pixel's noise from the other
 * pixels of x_t.
 */
const S = 4;
export const dataset: Dataset = {
  name: 'flat',
  count: 32,
  shape: { channels: 1, height: 2, width: 2 },
  pixels: Uint8Array.from({ length: 32 * S }, (_, i) => 8 * Math.floor(i / S)),
  labels: Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 0 : 1)),
  classNames: ['dark', 'light'],
};

/** Creates a small engine that trains ε = W x + b with Adam in plain TypeScript. */
export function linearEngine(
  disturb: (feeds: StepFeeds) => number = () => 0,
): Engine & { readonly labelsSeen: Set<number> } {
  const P = S * S + S;
  const zeros = (): Float32Array => new Float32Array(P);
  let state: { [S in 'theta' | 'm' | 'v' | 'ema']: Float32Array } & { ema2?: Float32Array } = {
    theta: zeros(),
    m: zeros(),
    v: zeros(),
    ema: zeros(),
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
      const { sample, target, weight, learningRate, emaDecay, ema2Decay, step } = feeds;
      feeds.classLabels?.forEach((label) => void labelsSeen.add(label));
      const { theta, m, v, ema, ema2 = zeros() } = state;
      const averaged = (average: Float32Array, decay: number): Float32Array =>
        average.map((e, p) => decay * e + (1 - decay) * (next[p] as number));
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
        ema: averaged(ema, emaDecay),
        ...(ema2Decay === undefined ? {} : { ema2: averaged(ema2, ema2Decay) }),
      };
      return { loss, gradNorm: Math.hypot(...gradient) };
    },
    readState: async () => structuredClone(state),
    writeState: async (given) => {
      const { m = zeros(), v = zeros(), ...rest } = structuredClone(given);
      state = { ...rest, m, v };
    },
    denoise: async (x) => x.map((_, at) => predict(state.ema, x, Math.floor(at / S), at % S)),
    dispose: async () => {},
  };
}

export const config: TrainConfig = parseTrainConfig({
  dataset: 'flat',
  batchSize: 8,
  steps: 60,
  seed: 3,
  network: { sample_size: 2, num_class_embeds: 3 },
  optimizer: { learningRate: 0.01 },
  learningRateSchedule: { kind: 'cosine', warmupSteps: 5 },
  sampleEvery: 30,
  sampleCount: 4,
  sampleSteps: 5,
  checkpointEvery: 20,
  keepCheckpoints: 2,
});
/** A network for the training loop, with the labels 0 and 1, and the null class 2. */
export const network: TrainOptions['network'] = { imageShape: dataset.shape, numClassEmbeds: 3, dropoutUnits: 0 };

/** Creates the options of a run with an empty store. Its clock advances 100 ms at each reading. */
export function setUp(changes: Partial<TrainOptions> = {}): {
  entries: Map<string, Uint8Array>;
  options: TrainOptions;
} {
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

/** Collects the events of a run, up to and including the first for which `upTo` is true. */
export async function collect(
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

export const ofType = <T extends TrainEvent['type']>(
  events: readonly TrainEvent[],
  type: T,
): Extract<TrainEvent, { type: T }>[] =>
  events.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);

/** Returns the values of each step that do not depend on the clock. */
export const curve = (events: readonly TrainEvent[]): number[][] =>
  ofType(events, 'step').map(({ step, loss, smoothedLoss, gradNorm, learningRate }) => [
    step,
    loss,
    smoothedLoss,
    gradNorm,
    learningRate,
  ]);
