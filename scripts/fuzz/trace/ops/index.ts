import { AXES } from './axes.ts';
import { BINARY, UNARY } from './elementwise.ts';
import { IMAGES } from './images.ts';
import type { MakeStep } from './make-step.ts';
import { REDUCTIONS } from './reductions.ts';
import { SHAPING } from './shaping.ts';

/** All ops that programs use. Ops that are listed twice are picked twice as often. */
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
