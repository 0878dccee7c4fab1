export { BundleError, type BundleErrorCode } from './error.ts';
export { decodeSafetensors } from './safetensors/decode.ts';
export type { SafeTensorArrays, SafeTensorDtype } from './safetensors/dtype.ts';
export { encodeSafetensors } from './safetensors/encode.ts';
export { SAFETENSORS_LIMITS, type SafeTensor, type SafeTensorsFile } from './safetensors/tensor.ts';
