import { expect, it } from 'vitest';
import { advance, redo, timeline, undo } from './undo.ts';

it('a timeline goes back and forward, and forgets what was undone after a new state', () => {
  const three = advance(advance(timeline('a'), 'b'), 'c');
  expect(undo(undo(three)).now).toBe('a');
  expect(undo(undo(undo(three))).now).toBe('a');
  expect(redo(undo(undo(three))).now).toBe('b');
  expect(redo(redo(redo(undo(undo(three))))).now).toBe('c');
  const other = advance(undo(three), 'd');
  expect([other.past, other.now, other.future]).toEqual([['a', 'b'], 'd', []]);
});

it('a timeline forgets the oldest states beyond its limit', () => {
  const line = ['b', 'c', 'd'].reduce((before, next) => advance(before, next, 2), timeline('a'));
  expect(line.past).toEqual(['b', 'c']);
});
