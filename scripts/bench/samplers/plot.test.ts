import { expect, it } from 'vitest';
import type { Row } from '../bench.ts';
import { rangeOf, samplersPlot } from './plot.ts';

const row = (details: Record<string, number>): Row => ({
  what: '',
  value: null,
  unit: '',
  note: '',
  details,
});

it('samplersPlot labels the lines of the chosen samplers, even if they overlap, and no other lines', () => {
  const both = { 'distance 5': 0.1, 'distance 50': 0.02, 'share 5': 0.9, 'share 50': 0.95 };
  const names = ['ddim', 'unipc', 'dpmpp-2m-sde', 'lms'] as const;
  const svg = samplersPlot(names, [
    row(both),
    row(both),
    row({ 'share 5': 0.97, 'share 50': 0.96 }),
    row(both),
  ]);
  const times = (name: string): number => svg.split(`>${name}</text>`).length - 1;
  expect([times('ddim'), times('unipc')]).toEqual([2, 2]);
  // This sampler draws noise, so it is only in the panel of shares.
  expect(times('dpmpp-2m-sde')).toBe(1);
  expect(times('lms')).toBe(0);
  const places = [...svg.matchAll(/translate\(([\d. ]+)\)"[^>]*>(?:ddim|unipc)</g)].map(([, place]) => place);
  expect(svg).not.toMatch(/NaN|undefined|class=/);
  expect(places).toHaveLength(4);
  expect(new Set(places).size).toBe(4);
});

it('rangeOf returns ends that are 1, 2 or 5 times a power of ten', () => {
  expect(rangeOf([0.0071, 0.14])).toEqual({ min: 0.005, max: 0.2 });
  expect(rangeOf([0.01, 1])).toEqual({ min: 0.01, max: 1 });
});
