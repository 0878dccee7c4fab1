import type { SamplerName } from './sampler-table.ts';

/**
 * Texts about a sampler for users. They are separate from the sampler, so programs that only draw do not load them.
 */
export interface SamplerText {
  /** Displayed name. */
  readonly title: string;
  /** The method and its use, in one line. */
  readonly summary: string;
  /** Publication of the method. */
  readonly source: string;
}

/** The texts of all samplers. */
export const samplerTexts: { readonly [N in SamplerName]: SamplerText } = {
  ddpm: {
    title: 'DDPM',
    summary: 'ancestral sampling; best with all steps',
    source: 'Ho et al. 2020, Algorithm 2',
  },
  ddim: {
    title: 'DDIM',
    summary: 'implicit sampling; good with 20 to 100 steps, deterministic for eta 0',
    source: 'Song et al. 2021, eq. 12',
  },
  'ddim-inverse': {
    title: 'DDIM inverse',
    summary: 'turns images into the noise from which ddim with eta 0 draws them; best with 50 steps or more',
    source: 'Song et al. 2021, section 4.3',
  },
  euler: {
    title: 'Euler',
    summary: "Euler's method for the probability-flow equation; equals ddim with eta 0",
    source: 'Karras et al. 2022, Algorithm 2 by Euler steps',
  },
  'euler-ancestral': {
    title: 'Euler ancestral',
    summary:
      "Euler's method with fresh noise in each step; without guidance better than euler, for 12 steps or more",
    source: 'k-diffusion, sample_euler_ancestral',
  },
  heun: {
    title: 'Heun',
    summary: 'second order with two calls per step, but one in the last; accurate with 10 to 30 steps',
    source: 'Karras et al. 2022, Algorithm 2',
  },
  dpm2: {
    title: 'DPM2',
    summary: 'second order by the midpoint rule, two calls per step but one in the last; for 10 to 30 steps',
    source: 'k-diffusion, sample_dpm_2',
  },
  'dpm2-ancestral': {
    title: 'DPM2 ancestral',
    summary: 'DPM2 with fresh noise in each step; for 15 steps or more',
    source: 'k-diffusion, sample_dpm_2_ancestral',
  },
  'dpmpp-2m': {
    title: 'DPM-Solver++ 2M',
    summary: 'second order with one call per step; for 10 to 25 steps',
    source: 'Lu et al. 2022, DPM-Solver++, Algorithm 2',
  },
  'dpmpp-2m-inverse': {
    title: 'DPM-Solver++ 2M inverse',
    summary: 'turns images into the noise from which dpmpp-2m draws them; for 20 steps or more',
    source: 'Lu et al. 2022, DPM-Solver++, Algorithm 2, from less noise to more',
  },
  'dpmpp-3m': {
    title: 'DPM-Solver++ 3M',
    summary:
      'combines the last three predictions, one call per step; for 15 steps or more with little guidance',
    source: 'Lu et al. 2022, DPM-Solver++, section 4.2',
  },
  'dpmpp-2s': {
    title: 'DPM-Solver++ 2S',
    summary: 'second order over pairs of steps, one call each, without memory of earlier pairs',
    source: 'Lu et al. 2022, DPM-Solver++, Algorithm 1',
  },
  'dpmpp-3s': {
    title: 'DPM-Solver++ 3S',
    summary: 'third order over three steps, one call each, without memory of earlier ones; little guidance',
    source: 'Lu et al. 2022, DPM-Solver++',
  },
  'dpmpp-2m-sde': {
    title: 'DPM-Solver++ 2M SDE',
    summary: 'second order with fresh noise in each step; for 10 steps or more',
    source: 'k-diffusion, sample_dpmpp_2m_sde',
  },
  'dpmpp-3m-sde': {
    title: 'DPM-Solver++ 3M SDE',
    summary: 'dpmpp-3m with fresh noise in each step; for 30 steps or more',
    source: 'k-diffusion, sample_dpmpp_3m_sde',
  },
  'dpmpp-sde': {
    title: 'DPM-Solver++ SDE',
    summary:
      'second order with fresh noise, two calls per step but one in the last; much detail with 10 to 25 steps',
    source: 'k-diffusion, sample_dpmpp_sde',
  },
  'dpm-2m': {
    title: 'DPM-Solver 2M',
    summary: 'second order for the noise instead of the image; less stable than dpmpp-2m with guidance',
    source: 'Lu et al. 2022, DPM-Solver',
  },
  'dpm-3m': {
    title: 'DPM-Solver 3M',
    summary: 'combines the last three predictions of the noise; for 20 steps or more without guidance',
    source: 'Lu et al. 2022, DPM-Solver',
  },
  'dpm-2s': {
    title: 'DPM-Solver 2S',
    summary: 'second order for the noise over pairs of steps, one call each',
    source: 'Lu et al. 2022, DPM-Solver-2',
  },
  'dpm-3s': {
    title: 'DPM-Solver 3S',
    summary: 'third order for the noise over three steps, one call each; without guidance',
    source: 'Lu et al. 2022, DPM-Solver-3',
  },
  'dpm-2m-sde': {
    title: 'DPM-Solver 2M SDE',
    summary: 'dpm-2m with fresh noise in each step; needs 100 steps or more, dpmpp-2m-sde needs fewer',
    source: 'Lu et al. 2022, DPM-Solver++, section 5',
  },
  ipndm: {
    title: 'iPNDM',
    summary: 'fourth-order multistep for equal steps, one call per step; for 10 to 30 steps',
    source: 'Zhang and Chen 2023, iPNDM',
  },
  plms: {
    title: 'PLMS',
    summary: 'iPNDM with a second call in the first step, as in Stable Diffusion',
    source: 'Liu et al. 2022, PNDM; diffusers PNDMScheduler with skip_prk_steps',
  },
  pndm: {
    title: 'PNDM',
    summary: 'plms with a warm-up of Runge-Kutta: four calls in each of the first three steps',
    source: 'Liu et al. 2022, Algorithm 2',
  },
  lms: {
    title: 'LMS',
    summary: 'linear multistep to order 4, one call per step; needs 25 steps or more',
    source: 'k-diffusion, sample_lms',
  },
  deis: {
    title: 'DEIS',
    summary: 'exponential integrator for the noise, one call per step; for 10 to 25 steps',
    source: 'Zhang and Chen 2023, tAB-DEIS',
  },
  unipc: {
    title: 'UniPC',
    summary: 'predictor and corrector with one call per step; for 5 to 20 steps',
    source: 'Zhao et al. 2023',
  },
  'sa-solver': {
    title: 'SA-Solver',
    summary: 'predictor and corrector with fresh noise in the middle of the run; for 20 to 60 steps',
    source: 'Xue et al. 2023',
  },
  'flow-euler': {
    title: 'Flow Euler',
    summary: "Euler's method for flow matching, one call per step; equals euler and ddim except for shift",
    source: 'Esser et al. 2024; diffusers FlowMatchEulerDiscreteScheduler',
  },
  'flow-heun': {
    title: 'Flow Heun',
    summary: "Heun's method for flow matching: second order, two calls per step, but one in the last",
    source: 'Karras et al. 2022, Algorithm 1, in σ; diffusers FlowMatchHeunDiscreteScheduler',
  },
  lcm: {
    title: 'LCM',
    summary: 'for consistency models, 1 to 8 steps with spacing trailing; other models give blurred images',
    source: 'Luo et al. 2023, Algorithm 3',
  },
  tcd: {
    title: 'TCD',
    summary: 'for models distilled by trajectory consistency, 2 to 8 steps; eta 0 is ddim',
    source: 'Zheng et al. 2024, Algorithm 4',
  },
};
