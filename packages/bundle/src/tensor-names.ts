/** Names of the network graph's inputs and output: those of `UNet2DModel` in `diffusers`. */
export const TENSOR_NAMES = {
  sample: 'sample',
  timestep: 'timestep',
  classLabels: 'class_labels',
  output: 'out_sample',
} as const;
