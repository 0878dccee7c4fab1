import type { NetworkFields } from './architecture.ts';

/**
 * Returns the configuration of the network that draws. Only a network in training has inputs for the labels of transforms.
 * Their embedding is its last parameter, so all other parameters are the first values of its flat weights.
 *
 * @param config configuration of a network in training
 */
export function withoutAugmentation<C extends NetworkFields>(config: C): Omit<C, 'augment_dim'> {
  const { augment_dim: _, ...fields } = config;
  return fields;
}
