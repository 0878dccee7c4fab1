export {
  type AwjulianiConfig,
  type AwjulianiConfigInput,
  parseAwjulianiConfig,
} from './awjuliani/config.ts';
export { createAwjulianiUNet } from './awjuliani/create-awjuliani-unet.ts';
export { parseUNetConfig, type UNetConfig, type UNetConfigInput } from './config.ts';
export { type ConfiguredNetwork, createNetwork } from './create-network.ts';
export { initialParameters } from './initialize.ts';
export type { Network, NetworkInputs } from './network.ts';
export {
  type Initializer,
  type ParameterSpec,
  parameterCount,
  parameterSize,
  type Weights,
} from './parameters.ts';
export { UNetConfigError } from './parse-config.ts';
export { UNetInputError } from './require-inputs.ts';
export { createUNet2D } from './unet2d.ts';
