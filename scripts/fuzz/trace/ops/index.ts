import { AXES } from './axes.ts';
import { BINARY, UNARY } from './elementwise.ts';
import { IMAGES } from './images.ts';
import type { MakeStep } from './make-step.ts';
import { REDUCTIONS } from './reductions.ts';
import { SHAPING } from './shaping.ts';

/** Every op of which programs consist. An op that is listed twice is picked twice as often. */
export const OPS: readonly MakeStep[] = [
  ...UNARY,
  ...BINARY,
  ...BINARY,
  ...REDUCTIONS,
  ...REDUCTIONS,
  ...AXES,
  ...SHAPING,
  ...SHAPING,
  ...IMAGES,
  ...IMAGES,
];
