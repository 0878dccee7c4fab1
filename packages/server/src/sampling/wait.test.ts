import { describe, expect, it } from 'vitest';
import {
  type Member,
  type QueueState,
  type ReturningRequest,
  secondsUntilRoom,
  type TakenPlaces,
} from './wait.ts';

const member = (workMs: number, places = 1, leastMs = 0): Member => ({
  places,
  small: false,
  workMs,
  leastMs,
});
const returning = (at: number, each: Member): ReturningRequest => ({ ...each, at });
const seconds = (
  most: number,
  inside: readonly Member[],
  expected: readonly ReturningRequest[],
  asker = member(1),
): number => {
  const fits: QueueState['fits'] = ({ places }, { large }: TakenPlaces) => large + places <= most;
  return secondsUntilRoom(asker, { inside, expected, fits, longestS: 60 });
};

describe('secondsUntilRoom', () => {
  it('is the remaining time of the shortest request, rounded up', () => {
    const inside = [member(5000), member(1400), member(3000)];
    expect(seconds(4, inside, [])).toBe(1);
    expect(seconds(3, inside, [])).toBe(2);
    expect(seconds(1, [member(1000)], [])).toBe(1);
    expect(seconds(1, [member(1001)], [])).toBe(2);
  });

  it('is the time until enough places are free', () => {
    const inside = [member(1000, 2), member(2000, 2), member(4000, 2)];
    expect(seconds(6, inside, [], member(1, 4))).toBe(3);
    expect(seconds(6, inside, [], member(1, 6))).toBe(7);
    expect(seconds(6, [member(1e9, 6)], [])).toBe(60);
  });

  it('includes requests that are due to return earlier', () => {
    const inside = [member(900), member(5000)];
    // A request returns after 1 s and needs 2 s, less than the running request.
    expect(seconds(2, inside, [returning(1000, member(2000))])).toBe(3);
    // A request that returns later does not matter.
    expect(seconds(2, inside, [returning(2000, member(2000))])).toBe(1);
    // Two clients return at the same time, but only one place is free.
    const both = [returning(1000, member(2000)), returning(1000, member(2000))];
    expect(seconds(2, inside, both)).toBe(5);
  });

  it('counts at least one pass per step, so that equal requests end together', () => {
    // Four requests of 30 steps share passes of 4 places and 100 ms: 25 ms an image.
    const each = member(750, 1, 3000);
    expect(seconds(4, Array(4).fill(each), [])).toBe(3);
    expect(seconds(4, Array(4).fill(each), Array(4).fill(returning(3000, each)))).toBe(6);
  });
});
