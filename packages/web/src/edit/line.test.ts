import { expect, it } from 'vitest';
import { line } from './line.ts';

const text = (points: ReturnType<typeof line>): string => points.map(({ x, y }) => `${x},${y}`).join(' ');

it('line joins two pixels without gaps, in every direction', () => {
  expect(text(line({ x: 0, y: 0 }, { x: 4, y: 2 }))).toBe('0,0 1,1 2,1 3,2 4,2');
  expect(text(line({ x: 2, y: 2 }, { x: 2, y: 2 }))).toBe('2,2');
  for (const [x, y] of [
    [5, 2],
    [-5, 2],
    [2, -5],
    [-2, -5],
    [0, 7],
    [-7, 0],
  ] as const) {
    const points = line({ x: 0, y: 0 }, { x, y });
    expect(points.length).toBe(Math.max(Math.abs(x), Math.abs(y)) + 1);
    expect(points.at(-1)).toEqual({ x, y });
    points.slice(1).forEach((point, i) => {
      const before = points[i] ?? point;
      expect(Math.max(Math.abs(point.x - before.x), Math.abs(point.y - before.y))).toBe(1);
    });
  }
});
