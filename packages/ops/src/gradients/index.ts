import * as tf from '@tensorflow/tfjs-core';
import { groupNormGradConfig } from '../group-norm.ts';
import { siluGradConfig } from '../silu.ts';
import { upsampleNearestGradConfig } from '../upsample-nearest.ts';
import { arithmeticGradients } from './arithmetic.ts';
import { elementwiseGradients } from './elementwise.ts';
import { linearGradients } from './linear.ts';
import { reduceGradients } from './reduce.ts';
import { shapeGradients } from './shape.ts';

/** Every gradient of this package, by kernel. */
export const gradientTable: readonly tf.GradConfig[] = [
  ...arithmeticGradients,
  ...elementwiseGradients,
  ...linearGradients,
  ...reduceGradients,
  ...shapeGradients,
  groupNormGradConfig,
  siluGradConfig,
  upsampleNearestGradConfig,
];

/**
 * Registers gradients for every kernel of the table that has none yet.
 *
 * In Node `@tensorflow/tfjs-core` comes without gradients (only the union package `@tensorflow/tfjs` registers them),
 * and its ES modules cannot be imported there. Whatever is registered already is left as it is, so this agrees with
 * programs that load the union package. Calling it again does nothing.
 */
export function registerGradients(): void {
  for (const config of gradientTable) {
    if (tf.getGradient(config.kernelName) === undefined) tf.registerGradient(config);
  }
}
