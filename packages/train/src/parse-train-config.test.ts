import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from './parse-train-config.ts';

const least = { dataset: 'mnist', network: { sample_size: 28 } };
const problemOf = (input: unknown): string => {
  try {
    parseTrainConfig(input);
  } catch (error) {
    expect(error).toMatchObject({ code: 'TRAIN_CONFIG' });
    return (error as Error).message;
  }
  throw new Error('accepted');
};

describe('parseTrainConfig', () => {
  it('fills in all defaults', () => {
    expect(parseTrainConfig(least)).toEqual({
      dataset: 'mnist',
      batchSize: 64,
      steps: 10_000,
      seed: 0,
      network: { sample_size: 28 },
      schedule: { kind: 'linear', numTrainTimesteps: 1000, betaStart: 1e-4, betaEnd: 0.02 },
      objective: {
        prediction: 'epsilon',
        weighting: { kind: 'simple' },
        loss: { kind: 'mse' },
        timesteps: { kind: 'uniform', stratified: false },
        noiseCandidates: 1,
      },
      optimizer: {
        kind: 'adam',
        learningRate: 2e-4,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        clipNorm: 1,
      },
      learningRateSchedule: { kind: 'cosine', warmupSteps: 200 },
      ema: { kind: 'exponential', decay: 0.999, warmup: true },
      labelDropout: 0,
      flip: false,
      sampleEvery: 1000,
      sampleCount: 20,
      sampleSteps: 12,
      guidance: 1,
      evaluateEvery: 0,
      evaluateCount: 300,
      best: 'loss',
      checkpointEvery: 500,
      keepCheckpoints: 3,
    });
  });

  it.each([
    ['adamw', { learningRate: 2e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 }],
    ['lion', { learningRate: 4e-5, beta1: 0.9, beta2: 0.99, weightDecay: 0, clipNorm: 1 }],
    [
      'muon',
      {
        learningRate: 2e-4,
        momentum: 0.95,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        clipNorm: 1,
      },
    ],
  ])('fills in the settings of %s', (kind, settings) => {
    expect(parseTrainConfig({ ...least, optimizer: { kind } }).optimizer).toEqual({ kind, ...settings });
  });

  it('refuses a setting of a different optimizer, and lists the settings of the chosen one', () => {
    expect(problemOf({ ...least, optimizer: { kind: 'lion', epsilon: 1e-8 } })).toContain(
      'optimizer.epsilon: unknown; expected one of kind, learningRate, beta1, beta2, weightDecay, clipNorm',
    );
    expect(problemOf({ ...least, optimizer: { momentum: 0.9 } })).toContain('optimizer.momentum: unknown');
    expect(problemOf({ ...least, optimizer: { kind: 'muon', momentum: 1 } })).toContain('optimizer.momentum');
  });

  it('drops labels and uses guidance by default if the network has classes', () => {
    const config = parseTrainConfig({ ...least, network: { num_class_embeds: 11 } });
    expect(config).toMatchObject({ labelDropout: 0.1, guidance: 1.5 });
  });

  it('accepts a schedule that ends in pure noise for v and x_0, but not for ε', () => {
    const schedule = { kind: 'cosine', zeroTerminalSnr: true };
    for (const prediction of ['v_prediction', 'sample']) {
      const config = parseTrainConfig({ ...least, schedule, objective: { prediction } });
      expect(config.schedule).toEqual({ ...schedule, numTrainTimesteps: 1000, maxBeta: 0.999 });
    }
    expect(problemOf({ ...least, schedule, objective: { prediction: 'epsilon' } })).toContain(
      'objective: prediction type epsilon at timestep 999, which is pure noise',
    );
  });

  it('warms up over a tenth of a short run', () => {
    expect(parseTrainConfig({ ...least, steps: 55 }).learningRateSchedule.warmupSteps).toBe(5);
  });

  it('does not change its own output after a round trip through JSON', () => {
    const config = parseTrainConfig({
      ...least,
      objective: { weighting: { kind: 'p2' } },
      optimizer: { clipNorm: null },
    });
    expect(config.objective.weighting).toEqual({ kind: 'p2', gamma: 1, k: 1 });
    expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('fills in the settings of each kind of loss, weighting, density and learning-rate schedule', () => {
    const objectiveOf = (objective: object) => parseTrainConfig({ ...least, objective }).objective;
    expect(objectiveOf({ loss: { kind: 'huber' } }).loss).toEqual({ kind: 'huber', c: 0.5 });
    expect(objectiveOf({ weighting: { kind: 'edm' } }).weighting).toEqual({ kind: 'edm', sigmaData: 0.5 });
    expect(objectiveOf({ timesteps: { stratified: true } }).timesteps).toEqual({
      kind: 'uniform',
      stratified: true,
    });
    expect(objectiveOf({ timesteps: { kind: 'logit-normal' } }).timesteps).toEqual({
      kind: 'logit-normal',
      mean: 0,
      deviation: 1,
      stratified: false,
    });
    expect(objectiveOf({ timesteps: { kind: 'log-normal' } }).timesteps).toMatchObject({
      mean: -1.2,
      deviation: 1.2,
    });
    const learningRateSchedule = { kind: 'warmup-stable-decay' };
    expect(parseTrainConfig({ ...least, learningRateSchedule }).learningRateSchedule).toEqual({
      kind: 'warmup-stable-decay',
      warmupSteps: 200,
      decayShare: 0.2,
    });
    const config = parseTrainConfig({ ...least, learningRateSchedule });
    expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('refuses unknown keys at any depth, and lists the known ones', () => {
    expect(problemOf({ ...least, batchsize: 3 })).toMatch(
      /batchsize: unknown; expected one of dataset, batchSize, steps/,
    );
    expect(problemOf({ ...least, optimizer: { lr: 1 } })).toMatch(
      /optimizer\.lr: unknown; expected one of kind, learningRate/,
    );
    expect(problemOf({ ...least, objective: { weighting: { kind: 'simple', gamma: 5 } } })).toMatch(
      /objective\.weighting\.gamma: unknown; expected one of kind/,
    );
  });

  it('reads `unet`, the name of `network` in earlier versions', () => {
    const { network, ...rest } = least;
    expect(parseTrainConfig({ ...rest, unet: network })).toEqual(parseTrainConfig(least));
  });

  it('reads an average without a kind, which earlier versions wrote, as exponential', () => {
    const saved = parseTrainConfig({ ...least, ema: { decay: 0.99, warmup: false } });
    expect(saved.ema).toEqual({ kind: 'exponential', decay: 0.99, warmup: false });
    expect(parseTrainConfig({ ...least, ema: { kind: 'power' } }).ema).toEqual({
      kind: 'power',
      lengths: [0.05, 0.1],
      snapshots: 24,
    });
  });

  it('refuses a configuration with both `network` and `unet`', () => {
    expect(() => parseTrainConfig({ ...least, unet: least.network })).toThrow(
      'unet: unknown; expected one of',
    );
  });

  it('escapes line breaks in keys', () => {
    expect(problemOf({ ...least, 'x\nerror': 1 })).toContain('\n  x\\x0aerror: unknown; expected one of ');
  });

  it.each(['toString', 'constructor', '__proto__'])('refuses %s like any unknown key', (key) => {
    const fields: unknown = JSON.parse(`{"${key}":1}`);
    for (const [place, input] of [
      ['', { ...least, ...(fields as object) }],
      ['optimizer.', { ...least, optimizer: fields }],
      ['objective.weighting.', { ...least, objective: { weighting: { kind: 'p2', ...(fields as object) } } }],
    ] as const)
      expect(problemOf(input)).toContain(`${place}${key}: unknown; expected one of`);
  });

  it('does not check fields of the network', () => {
    expect(parseTrainConfig({ ...least, network: { whatever: [1] } }).network).toEqual({ whatever: [1] });
  });

  it.each([
    ['a value that is not an object', 7, '(whole): got 7; expected an object'],
    [
      'a list instead of an object',
      { ...least, optimizer: [] },
      'optimizer: got an array; expected an object',
    ],
    ['a list instead of a network', { ...least, network: [] }, 'network: got an array; expected an object'],
    ['a missing data set', { network: {} }, 'dataset: missing'],
    ['a batch of 0', { ...least, batchSize: 0 }, 'batchSize'],
    ['a batch that is too large', { ...least, batchSize: 1e9 }, 'batchSize: Invalid value: Expected <=65536'],
    [
      'a sheet that is too large',
      { ...least, sampleCount: 1e9 },
      'sampleCount: Invalid value: Expected <=65536',
    ],
    ['too many steps', { ...least, steps: 1e300 }, 'steps'],
    ['a fractional seed', { ...least, seed: 0.5 }, 'seed'],
    [
      'a learning rate too large for float32',
      { ...least, optimizer: { learningRate: 1e39 } },
      'got 1e+39; expected a magnitude from',
    ],
    [
      'a learning rate too small for float32',
      { ...least, optimizer: { learningRate: 1e-40 } },
      'got 1e-40; expected a magnitude from',
    ],
    [
      'a weight decay too small for float32',
      { ...least, optimizer: { weightDecay: 1e-40 } },
      'got 1e-40; expected a magnitude from',
    ],
    [
      'a clip norm too small for float32',
      { ...least, optimizer: { clipNorm: 1e-40 } },
      'got 1e-40; expected a magnitude from',
    ],
    ['a NaN learning rate', { ...least, optimizer: { learningRate: Number.NaN } }, 'optimizer.learningRate'],
    ['an unknown optimizer', { ...least, optimizer: { kind: 'sgd' } }, '"adam" | "adamw" | "lion" | "muon"'],
    ['an EMA decay of 1', { ...least, ema: { decay: 1 } }, 'ema.decay'],
    ['an unknown average', { ...least, ema: { kind: 'sum' } }, '"exponential" | "power"'],
    [
      'a decay for power-function averages',
      { ...least, ema: { kind: 'power', decay: 0.9 } },
      'ema.decay: unknown; expected one of kind, lengths, snapshots',
    ],
    [
      'two averages of equal length',
      { ...least, ema: { kind: 'power', lengths: [0.1, 0.1] } },
      'ema.lengths: got [0.1,0.1]; expected two different lengths from 0.001 to 0.288',
    ],
    [
      'a length above the limit',
      { ...least, ema: { kind: 'power', lengths: [0.1, 0.2885] } },
      'got [0.1,0.2885]',
    ],
    ['too many snapshots', { ...least, ema: { kind: 'power', snapshots: 129 } }, 'ema.snapshots'],
    ['an unknown prediction type', { ...least, objective: { prediction: 'score' } }, 'epsilon'],
    ['an unknown weighting', { ...least, objective: { weighting: { kind: 'snr' } } }, 'min-snr'],
    ['an unknown loss', { ...least, objective: { loss: { kind: 'l1' } } }, '{ "kind": "huber", "c" }'],
    ['a Huber loss of c = 0', { ...least, objective: { loss: { kind: 'huber', c: 0 } } }, 'objective.loss.c'],
    ['an unknown density', { ...least, objective: { timesteps: { kind: 'mode' } } }, 'log-normal'],
    [
      'a list instead of a density',
      { ...least, objective: { timesteps: [] } },
      'got an array; expected an object',
    ],
    [
      'a density without deviation',
      { ...least, objective: { timesteps: { kind: 'logit-normal', deviation: 0 } } },
      'objective.timesteps.deviation',
    ],
    ['zero noise candidates', { ...least, objective: { noiseCandidates: 0 } }, 'objective.noiseCandidates'],
    [
      'a decay share for a schedule other than warmup-stable-decay',
      { ...least, learningRateSchedule: { decayShare: 0.5 } },
      'decayShare is 0.5, but the kind is cosine; expected warmup-stable-decay',
    ],
    ['an unknown schedule', { ...least, schedule: { kind: 'cosin' } }, 'scaledLinear'],
    ['label dropout without classes', { ...least, labelDropout: 0.1 }, 'the network has no classes'],
    ['guidance out of range', { ...least, guidance: 101 }, 'guidance: expected a number from 0 to 100'],
    ['guidance without label dropout', { ...least, guidance: 3 }, 'labels are never dropped'],
    [
      'warmup longer than the run',
      { ...least, steps: 10, learningRateSchedule: { warmupSteps: 11 } },
      'warmupSteps is 11, more than the 10 steps',
    ],
    ['more sample steps than timesteps', { ...least, sampleSteps: 1001 }, 'sampleSteps is 1001'],
  ])('refuses %s', (_, input, message) => {
    expect(problemOf(input)).toContain(message);
  });
});
