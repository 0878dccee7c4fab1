import { type Level, log } from '@isonoise/schedule';

/** The two parts of an ancestral step: a deterministic step to a lower level, then fresh noise. */
export interface Ancestral {
  /** The level at the end of the deterministic part, with the alpha of the end of the whole step. */
  readonly down: Level;
  /** Factor of the fresh noise. */
  readonly up: number;
}

/**
 * Splits a step as k-diffusion's `get_ancestral_step` does: (up / α_to)² = η² s_to² (s² - s_to²) / s², with s = σ/α.
 * With η = 1, up² is the variance of the posterior q(x_to | x, x_0).
 */
export function ancestral(at: Level, to: Level, eta: number): Ancestral {
  const ratio = (at.alpha * to.sigma) / (at.sigma * to.alpha);
  const up = eta * to.sigma * Math.sqrt((1 - ratio) * (1 + ratio));
  const down = Math.sqrt((to.sigma - up) * (to.sigma + up));
  return { down: { ...to, sigma: down, lambda: log(to.alpha) - log(down) }, up };
}
