/** Names of the inputs and the output of the network graph, as in diffusers' `UNet2DModel`, which has no tags. */
export const TENSOR_NAMES = {
  sample: 'sample',
  timestep: 'timestep',
  classLabels: 'class_labels',
  tags: 'tags',
  output: 'out_sample',
} as const;
