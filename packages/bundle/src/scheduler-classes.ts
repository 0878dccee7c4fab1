import type { SamplerName } from '@isonoise/sampler';
import type { JsonObject, JsonValue } from './json.ts';
import type { Mode, SchedulerClass } from './scheduler-class.ts';
import { lcm, tcd } from './scheduler-classes/consistency.ts';
import { ddim, ddimInverse, ddpm, pndm } from './scheduler-classes/ddpm.ts';
import {
  dpmSolverMultistep,
  dpmSolverMultistepInverse,
  dpmSolverSinglestep,
} from './scheduler-classes/dpm-solver.ts';
import { flowMatchEuler, flowMatchHeun } from './scheduler-classes/flow.ts';
import { ipndm } from './scheduler-classes/ipndm.ts';
import {
  dpmSolverSde,
  euler,
  eulerAncestral,
  heun,
  kdpm2,
  kdpm2Ancestral,
  lms,
} from './scheduler-classes/k-diffusion.ts';
import { deisMultistep, saSolver, uniPcMultistep } from './scheduler-classes/other-solvers.ts';

/**
 * The supported scheduler classes of diffusers, by name. To support a new class, add its declaration and a row here.
 * `isolatedDeclarations` requires explicit types.
 */
const SCHEDULER_CLASSES = {
  DDPMScheduler: ddpm as SchedulerClass,
  DDIMScheduler: ddim as SchedulerClass,
  DDIMInverseScheduler: ddimInverse as SchedulerClass,
  EulerDiscreteScheduler: euler as SchedulerClass,
  EulerAncestralDiscreteScheduler: eulerAncestral as SchedulerClass,
  HeunDiscreteScheduler: heun as SchedulerClass,
  KDPM2DiscreteScheduler: kdpm2 as SchedulerClass,
  KDPM2AncestralDiscreteScheduler: kdpm2Ancestral as SchedulerClass,
  LMSDiscreteScheduler: lms as SchedulerClass,
  DPMSolverSDEScheduler: dpmSolverSde as SchedulerClass,
  PNDMScheduler: pndm as SchedulerClass,
  DPMSolverMultistepScheduler: dpmSolverMultistep as SchedulerClass,
  DPMSolverMultistepInverseScheduler: dpmSolverMultistepInverse as SchedulerClass,
  DPMSolverSinglestepScheduler: dpmSolverSinglestep as SchedulerClass,
  DEISMultistepScheduler: deisMultistep as SchedulerClass,
  UniPCMultistepScheduler: uniPcMultistep as SchedulerClass,
  SASolverScheduler: saSolver as SchedulerClass,
  LCMScheduler: lcm as SchedulerClass,
  TCDScheduler: tcd as SchedulerClass,
  FlowMatchEulerDiscreteScheduler: flowMatchEuler as SchedulerClass,
  FlowMatchHeunDiscreteScheduler: flowMatchHeun as SchedulerClass,
  IPNDMScheduler: ipndm as SchedulerClass,
} as const;

export type SchedulerClassName = keyof typeof SCHEDULER_CLASSES;

/** The names of {@link SCHEDULER_CLASSES}. */
export const schedulerClassNames: readonly SchedulerClassName[] = Object.freeze(
  Object.keys(SCHEDULER_CLASSES) as SchedulerClassName[],
);

/** The reason why a class is rejected, with advice. */
interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

const EDM: Refusal = {
  reason: 'its noise levels are those of EDM, not of a schedule of timesteps',
  advice: 'Sample the model with diffusers.',
};

/** Known classes that cannot be supported. */
export const REFUSED_CLASSES: Readonly<Record<string, Refusal>> = {
  CosineDPMSolverMultistepScheduler: EDM,
  EDMEulerScheduler: EDM,
  EDMDPMSolverMultistepScheduler: EDM,
};

/** Returns the declaration of a class. */
export const schedulerClass = (name: SchedulerClassName): SchedulerClass => SCHEDULER_CLASSES[name];

/** Finds the class of a sampler, and the keys that select the sampler. */
export function classWith(
  sampler: SamplerName,
): { readonly name: SchedulerClassName; readonly mode: Mode } | undefined {
  for (const name of schedulerClassNames) {
    const mode = schedulerClass(name).modes.find((each) => each.sampler === sampler);
    if (mode !== undefined) return { name, mode };
  }
  return undefined;
}

/** Returns whether a configuration has the key values that select a mode. */
export const hasKeys = (config: JsonObject, { keys = {} }: Mode): boolean =>
  Object.entries(keys).every(([key, value]: readonly [string, JsonValue]) => config[key] === value);
