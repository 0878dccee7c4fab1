import type { ScheduleProcess } from '@isonoise/schedule';
import { ipndm, plms } from './adams.ts';
import { ddim } from './ddim.ts';
import { ddimInverse } from './ddim-inverse.ts';
import { ddpm } from './ddpm.ts';
import type { Sampler } from './define-sampler.ts';
import { deis } from './deis.ts';
import { dpmpp2mInverse } from './dpm-inverse.ts';
import { dpm2m, dpm2mSde, dpm3m, dpmpp2m, dpmpp2mSde, dpmpp3m, dpmpp3mSde } from './dpm-multistep.ts';
import { dpm2s, dpm3s, dpmpp2s, dpmpp3s } from './dpm-singlestep.ts';
import { dpm2, dpm2Ancestral } from './dpm2.ts';
import { dpmppSde } from './dpmpp-sde.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { flowEuler, flowHeun } from './flow.ts';
import { heun } from './heun.ts';
import { lcm } from './lcm.ts';
import { lms } from './lms.ts';
import { pndm } from './pndm.ts';
import { saSolver } from './sa-solver.ts';
import { settingText } from './setting.ts';
import { type SamplerSettings, type SettingName, settingOf } from './settings.ts';
import { tcd } from './tcd.ts';
import { unipc } from './unipc.ts';

/**
 * All samplers by name, in the order in which help and forms list them. A new sampler needs a file, a row in this table
 * and texts in sampler-texts.ts. The types are written out, because `isolatedDeclarations` requires it.
 */
export const samplers = {
  ddpm: ddpm as Sampler,
  ddim: ddim as Sampler,
  'ddim-inverse': ddimInverse as Sampler,
  euler: euler as Sampler,
  'euler-ancestral': eulerAncestral as Sampler,
  heun: heun as Sampler,
  dpm2: dpm2 as Sampler,
  'dpm2-ancestral': dpm2Ancestral as Sampler,
  'dpmpp-2m': dpmpp2m as Sampler,
  'dpmpp-2m-inverse': dpmpp2mInverse as Sampler,
  'dpmpp-3m': dpmpp3m as Sampler,
  'dpmpp-2s': dpmpp2s as Sampler,
  'dpmpp-3s': dpmpp3s as Sampler,
  'dpmpp-2m-sde': dpmpp2mSde as Sampler,
  'dpmpp-3m-sde': dpmpp3mSde as Sampler,
  'dpmpp-sde': dpmppSde as Sampler,
  'dpm-2m': dpm2m as Sampler,
  'dpm-3m': dpm3m as Sampler,
  'dpm-2s': dpm2s as Sampler,
  'dpm-3s': dpm3s as Sampler,
  'dpm-2m-sde': dpm2mSde as Sampler,
  ipndm: ipndm as Sampler,
  plms: plms as Sampler,
  pndm: pndm as Sampler,
  lms: lms as Sampler,
  deis: deis as Sampler,
  unipc: unipc as Sampler,
  'sa-solver': saSolver as Sampler,
  'flow-euler': flowEuler as Sampler,
  'flow-heun': flowHeun as Sampler,
  lcm: lcm as Sampler,
  tcd: tcd as Sampler,
} as const;

export type SamplerName = keyof typeof samplers;

/** The names of {@link samplers}. */
export const samplerNames: readonly SamplerName[] = Object.freeze(Object.keys(samplers) as SamplerName[]);

/** The samplers that start from noise; the others start from given images. */
export const drawingSamplers: readonly SamplerName[] = Object.freeze(
  samplerNames.filter((name) => samplers[name].inverts === undefined),
);

/**
 * Default samplers by process; docs/decisions/023-default-guidance.md has the measurements. A model may name its own
 * default.
 */
export const DEFAULT_SAMPLERS: Readonly<Record<ScheduleProcess, SamplerName>> = Object.freeze({
  diffusion: 'dpmpp-2m-sde',
  flow: 'flow-euler',
  sine: 'ipndm',
});

/** Returns the sampler that the given sampler inverts, or the given sampler if it does not invert one. */
export function drawingSampler(name: SamplerName, settings: SamplerSettings = {}): SamplerName {
  const inverted = samplers[name].inverts?.(settings);
  return samplerNames.find((each) => each === inverted) ?? name;
}

/** The settings that a sampler accepts. */
export const settingsOf = (name: SamplerName): readonly SettingName[] =>
  Object.keys(samplers[name].settings) as SettingName[];

/** The samplers that accept a setting, among the given ones. Default: among all. */
export const samplersWith = (
  setting: SettingName,
  names: readonly SamplerName[] = samplerNames,
): readonly SamplerName[] => names.filter((name) => settingsOf(name).includes(setting));

/** The samplers that fit a process, among the given ones. Default: among those that start from noise. */
export const samplersFor = (
  process: ScheduleProcess,
  names: readonly SamplerName[] = drawingSamplers,
): readonly SamplerName[] => names.filter((name) => (samplers[name].process ?? process) === process);

/** Lists in one line, for help, the samplers that accept a setting. */
export function describeTakers(setting: SettingName, names: readonly SamplerName[] = samplerNames): string {
  const takers = samplersWith(setting, names);
  return takers.length === names.length ? 'all samplers' : takers.join(', ');
}

/**
 * Lists in one line, for help, the samplers that support only one process: "flow-euler, … only for flow matching;
 * ddpm, … not for flow matching".
 */
export function describeProcesses(): string {
  const [flow, diffusion] = [samplersFor('flow'), samplersFor('diffusion')];
  const without = (names: readonly SamplerName[], others: readonly SamplerName[]): string =>
    names.filter((name) => !others.includes(name)).join(', ');
  return `${without(flow, diffusion)} only for flow matching; ${without(diffusion, flow)} not for flow matching`;
}

/** Lists the default numbers of steps in one line, for help: "all for ddpm; 50 for ddim, …". */
export function describeDefaultSteps(names: readonly SamplerName[] = samplerNames): string {
  const many = 1 << 20;
  return describe(names, (name) => {
    const steps = samplers[name].defaultSteps(many);
    return steps === many ? 'all' : String(steps);
  });
}

/**
 * Lists the defaults of a setting in one line, for help: "0 for ddim; 1 for euler-ancestral, …".
 *
 * @param none text for null
 */
export function describeDefaults(
  setting: SettingName,
  none: 'none' | 'null' = 'none',
  names: readonly SamplerName[] = samplerNames,
): string {
  const { fromModel } = settingOf(setting);
  const takers = samplersWith(setting, names);
  const textOf = (name: SamplerName): string => {
    const usual = samplers[name].settings[setting];
    if (fromModel === true || usual === undefined) return "the model's";
    return usual === null ? none : settingText(usual);
  };
  return describe(takers, textOf, takers.length === names.length);
}

function describe(
  names: readonly SamplerName[],
  textOf: (name: SamplerName) => string,
  areAll = false,
): string {
  const groups = new Map<string, SamplerName[]>();
  for (const name of names) groups.set(textOf(name), [...(groups.get(textOf(name)) ?? []), name]);
  if (groups.size === 1 && areAll) return [...groups.keys()].join();
  return [...groups].map(([text, group]) => `${text} for ${group.join(', ')}`).join('; ');
}
