import type { DrawRequest } from './probe.ts';

/** Images drawn with the same settings, one for each seed from 0. */
export interface Series extends Pick<DrawRequest, 'sampler' | 'steps'> {
  readonly seeds: number;
}

export interface Effort {
  /** Number of seeds. A full run draws an image of each with DDIM; quick runs and slow devices draw fewer. */
  readonly seeds: number;
  /** Whether the run is a trial with fewer steps and images. */
  readonly quick: boolean;
}

/** Number of DDIM images for each DDPM image. DDPM draws fewer, because it takes twenty times as many steps. */
const DDIM_IMAGES_PER_DDPM_IMAGE = 25;

/**
 * Time of a call above which a runtime draws only two images, in few steps. On a software renderer, a call takes
 * seconds.
 */
const SLOW_CALL_MS = 500;

/** Plans the series of a runtime. @param callMs time of one call of the network with one image */
export function seriesFor({ seeds, quick }: Effort, callMs: number): readonly Series[] {
  if (callMs > SLOW_CALL_MS) return [{ sampler: 'ddim', steps: 5, seeds: Math.min(seeds, 2) }];
  if (quick) return [{ sampler: 'ddim', steps: 10, seeds: Math.min(seeds, 10) }];
  return [
    { sampler: 'ddim', steps: 50, seeds },
    { sampler: 'ddpm', steps: 1000, seeds: Math.ceil(seeds / DDIM_IMAGES_PER_DDPM_IMAGE) },
  ];
}
