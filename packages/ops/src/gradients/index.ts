import * as tf from '@tensorflow/tfjs-core';
import { groupNormGradConfig } from '../group-norm.ts';
import { siluGradConfig } from '../silu.ts';
import { upsampleNearestGradConfig } from '../upsample-nearest.ts';
import { arithmeticGradients } from './arithmetic.ts';
import { elementwiseGradients } from './elementwise.ts';
import { linearGradients } from './linear.ts';
import { reduceGradients } from './reduce.ts';
import { shapeGradients } from './shape.ts';

/** All gradients of this package. */
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
 * Registers a gradient for every kernel of the table that does not have one yet.
 *
 * In Node, `@tensorflow/tfjs-core` does not register gradients, and the modules of its package that do so cannot be
 * imported. Existing gradients are kept, so programs may also load the union package `@tensorflow/tfjs`, which registers
 * gradients. Further calls do nothing.
 */
export function registerGradients(): void {
  for (const config of gradientTable) {
    if (tf.getGradient(config.kernelName) === undefined) tf.registerGradient(config);
  }
}
