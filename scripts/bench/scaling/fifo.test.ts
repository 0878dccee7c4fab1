import { fillUniforms } from '@isonoise/random';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it.each([0.3, 0.7, 0.9])(
  'the mean wait in Fifo at load %d matches the closed form of an M/D/1 queue',
  (load) => {
    const count = 400_000;
    const uniforms = new Float32Array(count);
    fillUniforms(uniforms, { seed: 3, image: 0, step: 0, purpose: 'timesteps' });
    const fifo = new Fifo();
    let [now, waited] = [0, 0];
    for (const uniform of uniforms) {
      // Times between Poisson arrivals are exponential, with the mean 1 / load for a service of one second.
      now -= Math.log(1 - uniform) / load;
      waited += fifo.serve(now, 1) - 1 - now;
    }
    // Formula of Pollaczek and Khinchine: ρ / (2 (1 − ρ)). Successive waits depend on each other, so the tolerance
    // for the mean of 400,000 waits is 5 %.
    const expected = load / (2 * (1 - load));
    expect(waited / count / expected).toBeGreaterThan(0.95);
    expect(waited / count / expected).toBeLessThan(1.05);
    expect(fifo.busy).toBe(count);
  },
);
