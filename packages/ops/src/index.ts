export { registerGradients } from './gradients/index.ts';
export { GroupNorm, type GroupNormAttrs, GroupNormGrad, groupNorm } from './group-norm.ts';
export { Silu, SiluGrad, silu } from './silu.ts';
export { UpsampleNearest, UpsampleNearestGrad, upsampleNearest } from './upsample-nearest.ts';
