import { expect, it } from 'vitest';
import { createPinch } from './pinch.ts';

it('createPinch reports the movement and the zoom of two fingers, and nothing for one finger', () => {
  const pinch = createPinch();
  expect(pinch.down(1, { x: 0, y: 0 })).toBe(false);
  expect(pinch.move(1, { x: 10, y: 0 })).toBeNull();
  expect(pinch.down(2, { x: 110, y: 0 })).toBe(true);
  expect(pinch.move(2, { x: 130, y: 20 })).toEqual({
    middle: { x: 70, y: 10 },
    by: { x: 10, y: 10 },
    zoom: 0,
  });
  expect(pinch.move(2, { x: 170, y: 0 })?.zoom).toBe(1);
  // The next step begins at the new distance.
  expect(pinch.move(2, { x: 200, y: 0 })?.zoom).toBe(0);
  expect(pinch.move(1, { x: 110, y: 0 })?.zoom).toBe(-1);
  pinch.up(2);
  expect(pinch.move(1, { x: 0, y: 0 })).toBeNull();
});
