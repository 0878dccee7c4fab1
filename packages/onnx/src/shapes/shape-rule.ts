import type { KnownShape, ShapeCall } from './shape-call.ts';

/**
 * Shapes of a node's outputs, as far as they follow from its inputs.
 * @throws `ONNX_SHAPE` the operator cannot take these inputs
 */
export type ShapeRule = (call: ShapeCall) => readonly (KnownShape | undefined)[] | undefined;
