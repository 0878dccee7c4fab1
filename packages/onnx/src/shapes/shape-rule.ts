import type { KnownShape, ShapeCall } from './shape-call.ts';

/**
 * Infers the shapes of a node's outputs from its inputs; undefined if the shapes are unknown.
 * @throws `ONNX_SHAPE` the operator does not accept these inputs
 */
export type ShapeRule = (call: ShapeCall) => readonly (KnownShape | undefined)[] | undefined;
