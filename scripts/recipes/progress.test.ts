import { afterEach, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

afterEach(() => vi.restoreAllMocks());

it('createProgress reports the cell, the phase and an estimate of the time left', () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  let now = 0;
  const progress = createProgress(2, 6, () => now);
  progress.begin({ recipe: 'today', data: 'mnist', minutes: 3, seed: 0 }, 3);
  now = 10_000;
  progress.update('training', 0.01);
  now = 60_000;
  progress.update('training', 0.5);
  // Within half a minute, a new line is printed only if the phase changes.
  now = 70_000;
  progress.update('training', 0.6);
  progress.update('images', 1);
  progress.end();
  progress.begin({ recipe: 'adam', data: 'mnist', minutes: 3, seed: 1 }, 3);
  now = 180_000;
  progress.update('training', 0);
  expect(lines).toEqual([
    // The first seconds are slower than the rest.
    '[1/2] today, mnist, 3 min, seed 0 · training 1 % · all: ? left\n',
    // 1.5 of 6 minutes of the budget took 1 minute, so the other 4.5 take 3 minutes.
    '[1/2] today, mnist, 3 min, seed 0 · training 50 % · all: about 3 min left\n',
    // 3 of 6 minutes of the budget took 70 s.
    '[1/2] today, mnist, 3 min, seed 0 · images 100 % · all: about 2 min left\n',
    '[2/2] adam, mnist, 3 min, seed 1 · training 0 % · all: about 3 min left\n',
  ]);
});
