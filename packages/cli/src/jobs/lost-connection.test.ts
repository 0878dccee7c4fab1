import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LostConnection } from './lost-connection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('LostConnection aborts work if the connection stays lost, and allows new work after the connection is back', () => {
  const lost = new LostConnection(1000, () => new Error('lost'));
  const first = lost.signal;
  lost.change(true);
  vi.advanceTimersByTime(999);
  lost.change(false);
  vi.advanceTimersByTime(1000);
  expect(first.aborted).toBe(false);
  expect(lost.signal).toBe(first);
  lost.change(true);
  vi.advanceTimersByTime(1000);
  expect(first.reason).toEqual(new Error('lost'));
  expect(lost.signal.aborted).toBe(true);
  lost.change(false);
  expect(lost.signal.aborted).toBe(false);
  lost.change(true);
  vi.advanceTimersByTime(1000);
  expect(lost.signal.aborted).toBe(true);
});
