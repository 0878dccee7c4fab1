import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { noteOnce } from './note-once.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('noteOnce passes on the same note at most once a minute, and remembers at most a hundred notes', () => {
  const notes: string[] = [];
  const note = noteOnce((text) => notes.push(text));
  for (const text of ['a', 'a', 'b', 'a']) note(text);
  expect(notes).toEqual(['a', 'b']);
  vi.advanceTimersByTime(60_000);
  note('a');
  expect(notes).toEqual(['a', 'b', 'a']);
  for (let i = 0; i < 100; i++) note(String(i));
  notes.length = 0;
  note('99');
  note('a');
  expect(notes).toEqual(['a']);
});
