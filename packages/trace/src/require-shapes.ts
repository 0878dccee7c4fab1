import type { IsonoiseError } from '@isonoise/error';
import { isIsonoiseError } from '@isonoise/error';
import { hasShapeRule, inferShapes, type KnownShape, type KnownValues } from '@isonoise/onnx';
import { traceError } from './errors.ts';
import type { Shape } from './layout.ts';
import type { RecordedNode } from './recorder.ts';

/**
 * Compares the output shapes that a rule declares for a node, which are the shapes of tfjs, with the shapes that the ONNX
 * operator computes. If they differ, either the kernel of tfjs refuses the inputs too, or the rule is wrong.
 *
 * @throws TRACE_SHAPE if the shapes differ
 * @throws Error if an operator of the standard set does not have a shape rule
 */
export function requireShapes(node: RecordedNode, stated: readonly Shape[], known: KnownValues): void {
  if (node.domain === undefined && !hasShapeRule(node.opType)) {
    throw new Error(
      `trace: operator ${node.opType} has no shape rule; expected one. Add it to packages/onnx/src/shapes.`,
    );
  }
  const made = inferred(node, known);
  for (const [i, shape] of stated.entries()) {
    const other = made[i];
    if (other === undefined || isSame(other, shape)) continue;
    throw shapeError(
      node,
      known,
      `tfjs declares [${shape}], ONNX computes [${other}]; expected equal shapes`,
    );
  }
}

function inferred(node: RecordedNode, known: KnownValues): readonly (KnownShape | undefined)[] {
  try {
    return inferShapes(node, known);
  } catch (error) {
    if (isIsonoiseError(error) && error.code === 'ONNX_SHAPE') throw shapeError(node, known, error.message);
    throw error;
  }
}

const isSame = (a: KnownShape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === null || size === b[axis]);

function shapeError(
  { kernel, opType, inputs }: RecordedNode,
  known: KnownValues,
  problem: string,
): IsonoiseError {
  const shapes = inputs.map((name) => (name === '' ? 'none' : `[${known.shapeOf(name)}]`));
  return traceError(
    'TRACE_SHAPE',
    `trace: kernel ${kernel} (node ${opType} over ${shapes.join(', ')}): ${problem}. ` +
      'Check the shapes and attributes that the function passes to the op.',
  );
}
