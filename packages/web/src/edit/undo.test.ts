import { expect, it } from 'vitest';
import {
  advance as advanceWithin,
  redo,
  type Timeline,
  type TimelineLimits,
  timeline,
  undo,
} from './undo.ts';

const LIMITS: TimelineLimits<string> = { steps: 200, bytes: 1000, partsOf: () => [] };
const advance = (line: Timeline<string>, next: string, steps = 200): Timeline<string> =>
  advanceWithin(line, next, { ...LIMITS, steps });

it('a timeline goes back and forward, and a new state replaces the states to redo', () => {
  const three = advance(advance(timeline('a'), 'b'), 'c');
  expect(undo(undo(three)).now).toBe('a');
  expect(undo(undo(undo(three))).now).toBe('a');
  expect(redo(undo(undo(three))).now).toBe('b');
  expect(redo(redo(redo(undo(undo(three))))).now).toBe('c');
  const other = advance(undo(three), 'd');
  expect([other.past, other.now, other.future]).toEqual([['a', 'b'], 'd', []]);
});

it('a timeline forgets the oldest states beyond its limit of steps', () => {
  const line = ['b', 'c', 'd'].reduce((before, next) => advance(before, next, 2), timeline('a'));
  expect(line.past).toEqual(['b', 'c']);
});

it('a timeline forgets the oldest states beyond its limit of bytes, and counts shared parts once', () => {
  type Parts = readonly Uint8Array[];
  const limits: TimelineLimits<Parts> = { steps: 9, bytes: 100, partsOf: (parts) => parts };
  const shared = new Uint8Array(40);
  const states = Array.from({ length: 6 }, (): Parts => [shared, new Uint8Array(20)]);
  const [first = [], ...others] = states;
  // All states share 40 bytes, and each has 20 bytes of its own. Three states fit into 100 bytes.
  const line = others.reduce((before, next) => advanceWithin(before, next, limits), timeline(first));
  expect(line.past).toEqual(states.slice(3, 5));
  expect(line.past[0]).toBe(states[3]);
  const large: Parts = [new Uint8Array(1000)];
  expect(advanceWithin(line, large, limits)).toEqual({ past: [], now: large, future: [] });
});
