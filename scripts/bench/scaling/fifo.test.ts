import { fillUniforms } from '@isonoise/random';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it.each([0.3, 0.7, 0.9])(
  'Fifo gives requests of an M/D/1 queue with load %d the waiting time of the closed form',
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
    // Pollaczek and Khinchine: ρ / (2 (1 − ρ)). The mean of 400,000 waits that depend on each other is within 5 %.
    const expected = load / (2 * (1 - load));
    expect(waited / count / expected).toBeGreaterThan(0.95);
    expect(waited / count / expected).toBeLessThan(1.05);
    expect(fifo.busy).toBe(count);
  },
);
