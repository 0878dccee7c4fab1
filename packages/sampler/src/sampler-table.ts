import type { TimestepPair } from '@isonoise/schedule';
import { sampleDdim } from './ddim.ts';
import { type DdpmVariance, sampleDdpm } from './ddpm.ts';
import type { Denoiser } from './denoiser.ts';
import type { ReverseStep, StepOptions } from './step-options.ts';

/** Settings of individual samplers; plain JSON. */
export interface SamplerSettings {
  /** DDIM: in [0, 1]; default 0. */
  readonly eta?: number | undefined;
  /** DDIM: ε from the clipped x_0; default true. */
  readonly epsFromClipped?: boolean | undefined;
  /** DDPM: σ²; default `fixedSmall`. */
  readonly variance?: DdpmVariance | undefined;
}

export type SettingName = keyof SamplerSettings;

/** A row of the sampler table. */
export interface Sampler {
  readonly summary: string;
  /** Default number of steps for T training timesteps. */
  readonly defaultSteps: (T: number) => number;
  /** Settings of this sampler; others are refused. */
  readonly settings: readonly SettingName[];
  readonly run: (
    denoise: Denoiser,
    x: Float32Array,
    steps: readonly TimestepPair[],
    options: StepOptions & SamplerSettings,
  ) => AsyncGenerator<ReverseStep, void, undefined>;
}

export type SamplerName = 'ddpm' | 'ddim';

/** All samplers by name. A new sampler is a file and a row here. */
export const samplers: { readonly [K in SamplerName]: Sampler } = {
  ddpm: {
    summary: 'ancestral sampling, Ho et al. 2020; best with all steps',
    defaultSteps: (T) => T,
    settings: ['variance'],
    run: sampleDdpm,
  },
  ddim: {
    summary: 'implicit sampling, Song et al. 2021; good with 20 to 100 steps, deterministic for eta 0',
    defaultSteps: (T) => Math.min(50, T),
    settings: ['eta', 'epsFromClipped'],
    run: sampleDdim,
  },
};

/** The names of {@link samplers}. */
export const samplerNames: readonly SamplerName[] = Object.freeze(Object.keys(samplers) as SamplerName[]);

/** Sampler of requests without one. */
export const DEFAULT_SAMPLER: SamplerName = 'ddim';
