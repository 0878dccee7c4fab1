import type { Node } from './model.ts';
import { canonicalDomain } from './operator-name.ts';
import { arrangeShapes } from './shapes/arrange.ts';
import { eachValueShapes } from './shapes/each-value.ts';
import { productShapes } from './shapes/product.ts';
import { reduceShapes } from './shapes/reduce.ts';
import { type KnownShape, ShapeCall } from './shapes/shape-call.ts';
import type { ShapeRule } from './shapes/shape-rule.ts';
import { windowShapes } from './shapes/window.ts';

/** Rules for operators of the standard set, versions 13 to 17, and for some operators of later versions. */
const shapeRules: ReadonlyMap<string, ShapeRule> = new Map(
  [arrangeShapes, eachValueShapes, productShapes, reduceShapes, windowShapes].flatMap((table) =>
    Object.entries(table),
  ),
);

/** Known shapes and constant values of a node's inputs. */
export interface KnownValues {
  /** Sizes of a value, null for unknown ones; undefined if the rank is unknown. */
  shapeOf(name: string): KnownShape | undefined;
  /** Values of a small constant (shapes, axes, pads); undefined for other values. */
  valuesOf(name: string): readonly number[] | undefined;
}

/**
 * Infers the shapes of a node's outputs, as operator sets 13 to 17 define them.
 *
 * @returns the shape of each output; undefined for a shape that cannot be inferred. The list is empty if the operator does
 *   not have a rule, or if the shape of an input is unknown
 * @throws `ONNX_SHAPE` if the operator does not accept inputs of these shapes; the message gives
 *   what was found and expected
 */
export function inferShapes(
  node: Pick<Node, 'opType' | 'domain' | 'inputs' | 'outputs' | 'attributes'>,
  known: KnownValues,
): readonly (KnownShape | undefined)[] {
  const rule = canonicalDomain(node.domain ?? '') === '' ? shapeRules.get(node.opType) : undefined;
  if (rule === undefined) return [];
  const shapes = node.inputs.map((name) => (name === '' ? undefined : known.shapeOf(name)));
  if (node.inputs.some((name, i) => name !== '' && shapes[i] === undefined)) return [];
  const valuesOf = (index: number): readonly number[] | undefined => {
    const name = node.inputs[index] ?? '';
    return name === '' ? undefined : known.valuesOf(name);
  };
  return rule(new ShapeCall(shapes, valuesOf, node.attributes ?? {}, node.outputs.length)) ?? [];
}

/** Whether `inferShapes` has a rule for this operator of the standard set. */
export function hasShapeRule(opType: string): boolean {
  return shapeRules.has(opType);
}
