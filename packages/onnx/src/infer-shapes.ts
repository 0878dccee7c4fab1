import type { Node } from './model.ts';
import { canonicalDomain } from './operator-name.ts';
import { arrangeShapes } from './shapes/arrange.ts';
import { eachValueShapes } from './shapes/each-value.ts';
import { productShapes } from './shapes/product.ts';
import { reduceShapes } from './shapes/reduce.ts';
import { type KnownShape, ShapeCall } from './shapes/shape-call.ts';
import type { ShapeRule } from './shapes/shape-rule.ts';
import { windowShapes } from './shapes/window.ts';

/** By operator of the standard set, in the versions from 13 to 17, and some of later ones. */
const shapeRules: ReadonlyMap<string, ShapeRule> = new Map(
  [arrangeShapes, eachValueShapes, productShapes, reduceShapes, windowShapes].flatMap((table) =>
    Object.entries(table),
  ),
);

/** What is known of a node's inputs. */
export interface KnownValues {
  /** Sizes of a value, null for those that are not known; undefined where its rank is not. */
  shapeOf(name: string): KnownShape | undefined;
  /** Values of a small constant: shapes, axes, pads. */
  valuesOf(name: string): readonly number[] | undefined;
}

/**
 * Shapes of a node's outputs, as operator sets 13 to 17 define them; undefined for an output whose shape does not
 * follow from what is known, and for operators that have no rule here.
 *
 * @throws `ONNX_SHAPE` the operator cannot take inputs of these shapes; the message says what was found and expected
 */
export function inferShapes(
  node: Pick<Node, 'opType' | 'domain' | 'inputs' | 'outputs' | 'attributes'>,
  known: KnownValues,
): readonly (KnownShape | undefined)[] {
  const rule = canonicalDomain(node.domain ?? '') === '' ? shapeRules.get(node.opType) : undefined;
  if (rule === undefined) return [];
  const shapes = node.inputs.map((name) => (name === '' ? undefined : known.shapeOf(name)));
  if (node.inputs.some((name, i) => name !== '' && shapes[i] === undefined)) return [];
  const valuesOf = (place: number): readonly number[] | undefined => {
    const name = node.inputs[place] ?? '';
    return name === '' ? undefined : known.valuesOf(name);
  };
  return rule(new ShapeCall(shapes, valuesOf, node.attributes ?? {}, node.outputs.length)) ?? [];
}

/** Whether `inferShapes` has a rule for an operator of the standard set. */
export function hasShapeRule(opType: string): boolean {
  return shapeRules.has(opType);
}
