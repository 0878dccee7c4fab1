import type { DrawRequest } from './probe.ts';

/** Some images that are drawn alike, one for each seed from 0. */
export interface Series extends Pick<DrawRequest, 'sampler' | 'steps'> {
  readonly seeds: number;
}

export interface Effort {
  /** Images of DDIM with 50 steps. */
  readonly seeds: number;
  /** A try-out: few steps everywhere. */
  readonly quick: boolean;
}

/** DDPM takes twenty times as many steps, so for so many images of DDIM it draws one. */
const DDIM_IMAGES_A_DDPM_IMAGE = 25;

/** A device in software needs seconds for a call of the network: it is asked for a few steps. */
const SLOW_CALL_MS = 500;

/** @param callMs time of one call of the network with one image */
export function seriesFor({ seeds, quick }: Effort, callMs: number): readonly Series[] {
  if (callMs > SLOW_CALL_MS) return [{ sampler: 'ddim', steps: 5, seeds: Math.min(seeds, 2) }];
  if (quick) return [{ sampler: 'ddim', steps: 10, seeds: Math.min(seeds, 10) }];
  return [
    { sampler: 'ddim', steps: 50, seeds },
    { sampler: 'ddpm', steps: 1000, seeds: Math.ceil(seeds / DDIM_IMAGES_A_DDPM_IMAGE) },
  ];
}
