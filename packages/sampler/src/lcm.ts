// Luo et al., "Latent Consistency Models" (2023), Algorithm 3: the network's x_0, then fresh noise up to the next level.
// diffusers: LCMScheduler.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { distilledTimesOf } from './distilled-times.ts';
import { mapSteps } from './map-steps.ts';
import { add, X, X0 } from './terms.ts';

/** σ_data of the boundary condition. */
const DATA = 0.5;

export const lcm: Sampler = defineSampler({
  process: 'diffusion',
  defaultSteps: fewSteps(4),
  settings: { originalSteps: null, timestepScaling: 10 },
  times: (T, n, settings) => distilledTimesOf(T, n, settings),
  rows: (grid, { timestepScaling }) =>
    mapSteps(grid, (at, to) => {
      // f(x, t) = c_skip x + c_out x_0 with c_skip = 1 and c_out = 0 at t = 0, section 4.1.
      const time = timestepScaling * at.t;
      const length = Math.hypot(time, DATA);
      const image = add([(DATA / length) ** 2, X], [time / length, X0]);
      return { at, next: add([to.alpha, image], [to.sigma, { noise: [1] }]) };
    }),
});
