import type { SigmaGrid, SpacedTimesteps, SpacingRule, TimestepRule } from '@isonoise/schedule';
import type { LinearCase } from './linear-rows.ts';

/** The classes that place a grid of sigmas between the ends of their timesteps, and do not round linspace. */
const K_DIFFUSION = [
  'EulerDiscreteScheduler',
  'EulerAncestralDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'LMSDiscreteScheduler',
  'DPMSolverSDEScheduler',
];

/** The classes that make n + 1 timesteps of leading and linspace and leave out the last. */
const OMIT_LAST = [
  'DPMSolverMultistepScheduler',
  'DPMSolverSinglestepScheduler',
  'DEISMultistepScheduler',
  'UniPCMultistepScheduler',
  'SASolverScheduler',
];

/** The classes that end at timestep 0, whatever `final_sigmas_type` says. */
const END_NOISY = ['DEISMultistepScheduler', 'SASolverScheduler'];

const GRIDS: Readonly<Record<string, SigmaGrid>> = {
  use_karras_sigmas: 'karras',
  use_exponential_sigmas: 'exponential',
  use_beta_sigmas: 'beta',
  use_lu_lambdas: 'lu',
};

/** Our spacing for a configuration of diffusers. */
export function spacingOfConfig({ config }: LinearCase): SpacingRule {
  const name = String(config._class_name);
  const rule = (config.timestep_spacing ?? 'linspace') as TimestepRule;
  const timesteps: SpacedTimesteps = {
    rule,
    ...(rule === 'leading' ? { offset: config.steps_offset as number } : {}),
    ...(rule === 'linspace' && K_DIFFUSION.includes(name) ? { fractional: true } : {}),
    ...(rule !== 'trailing' && OMIT_LAST.includes(name) ? { omitLast: true } : {}),
  };
  const grid = Object.entries(GRIDS).find(([key]) => config[key] === true)?.[1];
  const endsNoisy = config.final_sigmas_type === 'sigma_min' || END_NOISY.includes(name);
  const end = endsNoisy ? { end: 'timestep0' as const } : {};
  if (grid === undefined) return { ...timesteps, ...end };
  return { rule: grid, ...(K_DIFFUSION.includes(name) ? { within: timesteps } : {}), ...end };
}
