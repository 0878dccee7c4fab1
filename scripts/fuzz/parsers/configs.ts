import {
  parseJsonObject,
  parseSchedulerConfig,
  toSchedule,
  toSchedulerConfig,
  toTimesteps,
} from '@isonoise/bundle';
import { createNetwork } from '@isonoise/network';
import { parseTrainConfig } from '@isonoise/train';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { type Json, mutatedJson } from './mutate-json.ts';
import { smallNetworkConfig, smallTrainConfig } from './small-configs.ts';

/** Copies a value as plain JSON. */
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

const linear = toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 });
const trained = toSchedulerConfig({ kind: 'trained', betas: [0.1, 0.2, 0.3, 0.4] });

interface Config {
  readonly original: Json;
  /** Parses the text of a file and uses the result. */
  readonly use: (text: string) => void;
}

function useScheduler(text: string): void {
  const config = parseSchedulerConfig(
    parseJsonObject(new TextEncoder().encode(text), 'scheduler'),
    'scheduler',
  );
  const schedule = toSchedule(config);
  const T = schedule.numTrainTimesteps;
  if (schedule.process !== 'diffusion') {
    if (!schedule.sigmas.every((value, i, all) => value > (all[i - 1] ?? 0) && value <= 1))
      throw scriptError(
        'FUZZ_FINDING',
        'sigmas that do not increase from above 0 to at most 1 were accepted',
      );
    toTimesteps(config, Math.min(10, T));
    return;
  }
  const { alphaBars } = schedule;
  // Rescaling for zero SNR leaves nothing of the image at the last timestep.
  const least = schedule.config.zeroTerminalSnr === true ? 0 : Number.MIN_VALUE;
  const isValid = (value: number, t: number): boolean =>
    value >= (t === T - 1 ? least : Number.MIN_VALUE) && value < 1 && value <= (alphaBars[t - 1] ?? 1);
  if (!alphaBars.every(isValid))
    throw scriptError('FUZZ_FINDING', 'alphaBars that do not decrease between 1 and 0 were accepted');
  toTimesteps(config, Math.min(10, T));
}

const CONFIGS: Readonly<Record<string, Config>> = {
  scheduler: { original: json(linear), use: useScheduler },
  betas: { original: json(trained), use: useScheduler },
  flow: { original: json(toSchedulerConfig({ kind: 'flow', shift: 3 })), use: useScheduler },
  sine: { original: json(toSchedulerConfig({ kind: 'sine' })), use: useScheduler },
  network: { original: json(smallNetworkConfig), use: (text) => void createNetwork(parsed(text)) },
  train: {
    original: json(smallTrainConfig),
    use: (text) => void parseTrainConfig(parsed(text)),
  },
};
const names = Object.keys(CONFIGS);

/** Parses the text of a file as the callers do; rejects text that is not a JSON object. */
function parsed(text: string): object {
  return parseJsonObject(new TextEncoder().encode(text), 'config');
}

export const configsTarget: FuzzTarget = {
  about: `configurations with changed values, which are parsed and used: ${names.join(', ')}`,
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const config = CONFIGS[random.pick(names)];
    const text = mutatedJson(config?.original ?? null, random);
    return attempt(() => config?.use(text));
  },
};
