import { parseSchedulerConfig, type SchedulerConfig, schedulerMeaning, toSchedule } from '@isonoise/bundle';
import { type SamplerName, type SamplerSettings, samplers } from '@isonoise/sampler';
import type { PredictionType, Schedule, SpacingRule } from '@isonoise/schedule';
import type { LinearCase, LinearRun } from '../../packages/sampler/testdata/linear-rows.ts';

/** A run of diffusers in our terms, as the reader of scheduler_config.json gives it. */
export interface ReadRun {
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  readonly sampler: SamplerName;
  /** All settings of the sampler. */
  readonly settings: SamplerSettings;
  readonly spacing: SpacingRule;
}

/** Stored configurations that the reader rejects, with a part of its reason. */
const REJECTED: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  FlowMatchEulerDiscreteScheduler: { 2: 'use_karras_sigmas', 3: 'shift_terminal', 4: 'stochastic_sampling' },
};

/** Returns why the reader rejects a configuration; undefined if it accepts the configuration. */
export const rejectionOf = (name: string, index: number): string | undefined => REJECTED[name]?.[index];

/** Samplers for the classes that leave the choice to isonoise: the methods that diffusers uses for these classes. */
const METHODS: Readonly<Record<string, SamplerName>> = {
  DDPMScheduler: 'ddpm',
  FlowMatchEulerDiscreteScheduler: 'flow-euler',
  IPNDMScheduler: 'ipndm',
};

const read = (config: LinearCase['config']): SchedulerConfig => parseSchedulerConfig(config, 'stored rows');

/**
 * Reads a run with the reader of bundles. The arguments of diffusers' `step` are not part of a configuration. Here
 * they are settings of the same name.
 */
export function readRun(
  { config, step }: Pick<LinearCase, 'config' | 'step'>,
  { changed }: Pick<LinearRun, 'changed'>,
): ReadRun {
  const name = String(config._class_name);
  const scheduler = read({ ...config, ...changed });
  const { predictionType, offset, spacing, ...chosen } = schedulerMeaning(scheduler);
  const sampler = chosen.sampler ?? METHODS[name];
  if (sampler === undefined)
    throw new Error(`${name}: the reader does not choose a sampler; expected one. Add the class to METHODS.`);
  const { shift } = scheduler;
  const own: SamplerSettings = { ...samplers[sampler].settings, ...chosen.settings, ...step };
  return {
    schedule: toSchedule(scheduler),
    predictionType,
    sampler,
    settings: typeof shift === 'number' ? { ...own, shift } : own,
    spacing:
      typeof spacing !== 'string' ? spacing : { rule: spacing, ...(spacing === 'leading' ? { offset } : {}) },
  };
}
