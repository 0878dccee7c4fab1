/**
 * Names of the inputs and the output of the network graph. Except for `tags`, they are the names of diffusers'
 * `UNet2DModel`.
 */
export const TENSOR_NAMES = {
  sample: 'sample',
  timestep: 'timestep',
  classLabels: 'class_labels',
  tags: 'tags',
  output: 'out_sample',
} as const;
