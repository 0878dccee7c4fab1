import { ipndm, plms } from './adams.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import type { Sampler } from './define-sampler.ts';
import { deis } from './deis.ts';
import { dpm2m } from './dpm-2m.ts';
import { dpmpp2m, dpmpp3m } from './dpmpp.ts';
import { dpmpp2mSde } from './dpmpp-2m-sde.ts';
import { dpmpp2s } from './dpmpp-2s.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { heun } from './heun.ts';
import { lms } from './lms.ts';
import type { SettingName } from './settings.ts';
import { unipc } from './unipc.ts';

export type SamplerName =
  | 'ddpm'
  | 'ddim'
  | 'euler'
  | 'euler-ancestral'
  | 'heun'
  | 'dpmpp-2m'
  | 'dpmpp-3m'
  | 'dpmpp-2s'
  | 'dpmpp-2m-sde'
  | 'dpm-2m'
  | 'ipndm'
  | 'plms'
  | 'lms'
  | 'deis'
  | 'unipc';

/** All samplers by name. A new sampler is a file, its name above and a row here. */
export const samplers: { readonly [K in SamplerName]: Sampler } = {
  ddpm,
  ddim,
  euler,
  'euler-ancestral': eulerAncestral,
  heun,
  'dpmpp-2m': dpmpp2m,
  'dpmpp-3m': dpmpp3m,
  'dpmpp-2s': dpmpp2s,
  'dpmpp-2m-sde': dpmpp2mSde,
  'dpm-2m': dpm2m,
  ipndm,
  plms,
  lms,
  deis,
  unipc,
};

/** The names of {@link samplers}. */
export const samplerNames: readonly SamplerName[] = Object.freeze(Object.keys(samplers) as SamplerName[]);

/** Sampler of requests without one. */
export const DEFAULT_SAMPLER: SamplerName = 'ddim';

/** The settings that a sampler accepts. */
export const settingsOf = (name: SamplerName): readonly SettingName[] =>
  Object.keys(samplers[name].settings) as SettingName[];

/** The samplers that accept a setting. */
export const samplersWith = (setting: SettingName): readonly SamplerName[] =>
  samplerNames.filter((name) => settingsOf(name).includes(setting));

/** The default numbers of steps in a line, for help: "all for ddpm; 50 for ddim, …". */
export function describeDefaultSteps(): string {
  const many = 1 << 20;
  return describe(samplerNames, (name) => {
    const steps = samplers[name].defaultSteps(many);
    return steps === many ? 'all' : String(steps);
  });
}

/** The defaults of a setting in a line, for help: "0 for ddim; 1 for euler-ancestral, …". */
export const describeDefaults = (setting: SettingName): string =>
  describe(samplersWith(setting), (name) => String(samplers[name].settings[setting]));

function describe(names: readonly SamplerName[], textOf: (name: SamplerName) => string): string {
  const groups = new Map<string, SamplerName[]>();
  for (const name of names) groups.set(textOf(name), [...(groups.get(textOf(name)) ?? []), name]);
  return [...groups].map(([text, group]) => `${text} for ${group.join(', ')}`).join('; ');
}
