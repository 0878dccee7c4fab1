export type { Architecture, ConfigForImages, ConfiguredNetwork, NetworkImages } from './architecture.ts';
export { architectureOf, configForFile, DIFFUSERS_ARCHITECTURES, findArchitecture } from './architectures.ts';
export type { AwjulianiConfig, AwjulianiConfigInput } from './awjuliani/config.ts';
export {
  type Classifier,
  type ClassifierConfig,
  type ClassifierOutputs,
  createClassifier,
} from './classifier.ts';
export { conditionInputs } from './condition-inputs.ts';
export { createNetwork } from './create-network.ts';
export type { NetworkErrorCode } from './errors.ts';
export { initialParameters } from './initialize.ts';
export { LUCIDRAINS_UNET } from './lucidrains/config.ts';
export type { Network, NetworkInputs } from './network.ts';
export {
  type Initializer,
  type ParameterSpec,
  parameterCount,
  parameterSize,
  type Weights,
} from './parameters.ts';
export { PATCHED_UNET } from './patched/config.ts';
export { createPictureClassifier, type PictureClassifierConfig } from './picture-classifier.ts';
export { type SampleSize, type Sides, sampleSizeOf } from './sides.ts';
export { createUNet2D } from './unet2d.ts';
export { parseUNet2DConfig, UNET2D_FIELDS } from './unet2d-config.ts';
export { TILEABLE_UNET, UNET2D, type UNet2DConfig, type UNet2DConfigInput } from './unet2d-fields.ts';
export { withoutAugmentation } from './without-augmentation.ts';
