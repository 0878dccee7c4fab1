import type { Point } from './layers.ts';

/** A gesture of two fingers: the movement of their midpoint, and the zoom (1 is one step in, -1 one step out). */
interface PinchMove {
  /** Midpoint of both fingers. */
  readonly middle: Point;
  readonly by: Point;
  readonly zoom: 1 | 0 | -1;
}

/** Follows two fingers. Positions are in CSS pixels. */
export interface Pinch {
  /** Adds a finger. @returns whether two fingers are down */
  down(id: number, at: Point): boolean;
  /** Moves a finger. @returns null unless two fingers are down */
  move(id: number, at: Point): PinchMove | null;
  up(id: number): void;
}

/** Ratio of finger distances that zooms one step. It is smaller than the factor of 2 between two zooms. */
const STEP = 1.5;

export function createPinch(): Pinch {
  const fingers = new Map<number, Point>();
  /** Distance between the fingers at the last step of the zoom. */
  let apart = 0;
  const both = (): readonly [Point, Point] | null => {
    const [a, b] = fingers.values();
    return a === undefined || b === undefined ? null : [a, b];
  };
  return {
    down(id, at) {
      if (fingers.size < 2) fingers.set(id, at);
      const pair = both();
      if (pair !== null) apart = distance(...pair);
      return pair !== null;
    },
    move(id, at) {
      const pair = both();
      if (pair === null || !fingers.has(id)) {
        if (fingers.has(id)) fingers.set(id, at);
        return null;
      }
      const before = middleOf(...pair);
      fingers.set(id, at);
      const now = both() ?? pair;
      const middle = middleOf(...now);
      const ratio = distance(...now) / apart;
      const zoom = ratio >= STEP ? 1 : ratio <= 1 / STEP ? -1 : 0;
      if (zoom !== 0) apart = distance(...now);
      return { middle, by: { x: middle.x - before.x, y: middle.y - before.y }, zoom };
    },
    up: (id) => void fingers.delete(id),
  };
}

const middleOf = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
/** At least one pixel, so that ratios are finite. */
const distance = (a: Point, b: Point): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
