export type { DataType } from './data-type.ts';
export { byteLength, elementCount, elementSize } from './data-type.ts';
export type { DecodeLimits } from './decode.ts';
export { decodeModel, defaultDecodeLimits } from './decode.ts';
export { encodeModel } from './encode.ts';
export type { OnnxErrorCode } from './errors.ts';
export { OnnxError } from './errors.ts';
export type { AttributeValue, Graph, Model, Node, TensorData, ValueInfo } from './model.ts';
