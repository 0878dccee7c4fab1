import type { KnownShape, ShapeCall } from './shape-call.ts';

/**
 * Infers the shapes of a node's outputs from its inputs. Unknown shapes are undefined.
 * @throws `ONNX_SHAPE` if the operator does not accept these inputs
 */
export type ShapeRule = (call: ShapeCall) => readonly (KnownShape | undefined)[] | undefined;
