import { AXES } from './axes.ts';
import { BINARY, UNARY } from './elementwise.ts';
import { IMAGES } from './images.ts';
import type { MakeStep } from './make-step.ts';
import { REDUCTIONS } from './reductions.ts';
import { SHAPING } from './shaping.ts';

/** Every op that programs are made of; ops listed more often are picked more often. */
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
