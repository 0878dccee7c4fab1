export { parseUNetConfig, type UNetConfig, UNetConfigError, type UNetConfigInput } from './config.ts';
export { initialParameters } from './initialize.ts';
export type { Network, NetworkInputs } from './network.ts';
export {
  type Initializer,
  type ParameterSpec,
  parameterCount,
  parameterSize,
  type Weights,
} from './parameters.ts';
export { createUNet2D } from './unet2d.ts';
