// Samplers, settings and values for the tests of all interfaces.
import { join } from 'node:path';
import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import {
  choicesOf,
  type Denoiser,
  drawingSamplers,
  type SamplerName,
  type SettingName,
  type SettingValue,
  samplersFor,
  settingNames,
  settingOf,
  settingsOf,
  settingText,
} from '@isonoise/sampler';
import { afterAll, beforeAll } from 'vitest';
import { convSpec } from '../../packages/runtime-node/testdata/conv-denoiser.ts';
import { Scene, type Served } from '../support/served.ts';

const flow = toSchedulerConfig({ kind: 'flow', numTrainTimesteps: 100 });
const isForFlow = (sampler: SamplerName): boolean => !samplersFor('diffusion').includes(sampler);
/**
 * A model with a schedule that the sampler supports. It has one channel, because the page shows a picture.
 */
export const specFor = (sampler: SamplerName): ModelSpec => ({
  name: 'points',
  image: { channels: 1, height: 3, width: 4 },
  dataRange: [-1, 1],
  scheduler: isForFlow(sampler) ? flow : convSpec.scheduler,
  classes: { count: 3, names: ['low', 'high'], nullClass: 2 },
  fractionalTimes: true,
});
/** A network. Any function works, because only the settings are compared. */
export const denoise: Denoiser = async (x) => x.map((value) => value / 8);

/** The name of the model of {@link servedModels} that a sampler supports. */
export const modelFor = (sampler: SamplerName): string => (isForFlow(sampler) ? 'flow' : 'conv');

/** A server with a model for diffusion, `conv`, and a model for flow, `flow`. */
export interface ServedModels {
  readonly served: () => Served;
  /** The folder of the model that a sampler supports. */
  readonly folderFor: (sampler: SamplerName) => string;
}

/** Starts a server with the models before the tests of a file, and stops it after them. */
export function servedModels(): ServedModels {
  const scene = new Scene();
  let started: Served | undefined;
  beforeAll(async () => {
    await scene.build();
    await scene.addModel('flow', { channels: 1, height: 6, width: 5 }, 8, flow);
    started = await scene.serve();
  });
  afterAll(async () => {
    await scene.stopServers();
    await scene.remove();
  });
  return {
    served() {
      if (started === undefined)
        throw new Error('served: the server has not started; expected a call in a test.');
      return started;
    },
    folderFor: (sampler) => join(scene.folder, 'models', modelFor(sampler)),
  };
}

/** Returns a value that is not the default. */
export function otherValue(name: SettingName, usual: SettingValue | undefined): SettingValue {
  const setting = settingOf(name);
  if (setting.kind === 'boolean') return usual !== true;
  if (setting.kind === 'choice') return choicesOf(setting).find((choice) => choice !== usual) ?? '';
  const { kind, least = 0, most = least + 8, atMost } = setting;
  // The upper limit is a different setting, whose value is above 1.
  if (atMost !== undefined) return usual === 1 ? 0.5 : 1;
  const values = kind === 'integer' ? [most, least] : [0.25, 0.75].map((u) => least + u * (most - least));
  return values.find((value) => value !== usual) ?? Number.NaN;
}

export const flagOf = (name: SettingName): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export function flagsOf(settings: Readonly<Record<string, SettingValue>>): readonly string[] {
  return Object.entries(settings).map(([name, value]) => {
    const flag = flagOf(name as SettingName);
    return value === true
      ? flag
      : value === false
        ? flag.replace('--', '--no-')
        : `${flag}=${settingText(value)}`;
  });
}

/** For each setting, a sampler that has it and a sampler that does not. */
export const eachSetting = settingNames.map((name) => ({
  name,
  taker: drawingSamplers.find((sampler) => settingsOf(sampler).includes(name)) as SamplerName,
  stranger: drawingSamplers.find((sampler) => !settingsOf(sampler).includes(name)),
}));
