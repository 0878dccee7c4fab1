import { expect, it } from 'vitest';
import { seriesFor } from './plan.ts';

it('seriesFor plans the images that the goals require', () => {
  expect(seriesFor({ seeds: 100, quick: false }, 20)).toEqual([
    { sampler: 'ddim', steps: 50, seeds: 100 },
    { sampler: 'ddpm', steps: 1000, seeds: 4 },
  ]);
  expect(seriesFor({ seeds: 3, quick: false }, 20)).toMatchObject([{ seeds: 3 }, { seeds: 1 }]);
});

it('seriesFor plans fewer images for a slow device and for a quick run', () => {
  expect(seriesFor({ seeds: 100, quick: false }, 3000)).toEqual([{ sampler: 'ddim', steps: 5, seeds: 2 }]);
  expect(seriesFor({ seeds: 1, quick: true }, 3000)).toMatchObject([{ seeds: 1 }]);
  expect(seriesFor({ seeds: 100, quick: true }, 20)).toEqual([{ sampler: 'ddim', steps: 10, seeds: 10 }]);
});
