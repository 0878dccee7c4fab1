import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attr } from './attribute.ts';
import { inferShapes, type KnownValues } from './infer-shapes.ts';
import type { AttributeValue } from './model.ts';
import type { KnownShape } from './shapes/shape-call.ts';

interface Input {
  readonly shape: readonly number[];
  readonly values?: readonly number[];
}

interface Case {
  readonly opType: string;
  readonly inputs: readonly (Input | null)[];
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
  readonly outputs: number;
  readonly shapes: readonly (readonly number[])[] | null;
}

const { cases } = JSON.parse(readFileSync(new URL('../testdata/shapes.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

const attribute = (value: number | string | readonly number[]): AttributeValue =>
  typeof value === 'number'
    ? attr.int(value)
    : typeof value === 'string'
      ? attr.string(value)
      : attr.ints(value);

function infer({ opType, inputs, attributes, outputs }: Case): readonly (KnownShape | undefined)[] {
  const names = inputs.map((input, i) => (input === null ? '' : `x${i}`));
  const at = (name: string): Input | null | undefined => inputs[names.indexOf(name)];
  const known: KnownValues = { shapeOf: (name) => at(name)?.shape, valuesOf: (name) => at(name)?.values };
  const node = {
    opType,
    inputs: names,
    outputs: Array.from({ length: outputs }, (_, i) => `y${i}`),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attribute(value)]),
    ),
  };
  return inferShapes(node, known);
}

const inputText = (input: Input | null): string => {
  if (input === null) return 'an omitted input';
  return input.values === undefined ? `[${input.shape}]` : `(${input.values})`;
};

/**
 * Returns a title such as `Split of [2,6] and (6,0) with {"axis":1} into 2 outputs`. Shapes are in brackets, and the
 * values of constant inputs are in parentheses.
 */
function title({ opType, inputs, attributes, outputs }: Case): string {
  const settings = Object.keys(attributes).length === 0 ? '' : ` with ${JSON.stringify(attributes)}`;
  const count = outputs === 1 ? '' : ` into ${outputs} outputs`;
  const all = inputs.map(inputText);
  const list = all.length === 1 ? all : [all.slice(0, -1).join(', '), all.at(-1)];
  return `${opType} of ${list.join(' and ')}${settings}${count}`;
}

describe('inferShapes agrees with onnx.shape_inference and onnx.reference for', () => {
  it.each(cases.map((one) => [title(one), one] as const))('%s', (_title, one) => {
    if (one.shapes === null)
      expect(() => infer(one)).toThrow(expect.objectContaining({ code: 'ONNX_SHAPE' }));
    else expect(infer(one)).toEqual(one.shapes);
  });
});

describe('inferShapes', () => {
  const unknown = (shapes: Readonly<Record<string, KnownShape>>): KnownValues => ({
    shapeOf: (name) => shapes[name],
    valuesOf: () => undefined,
  });
  const node = (opType: string, inputs: string[], attributes = {}): Parameters<typeof inferShapes>[0] => ({
    opType,
    inputs,
    outputs: ['y'],
    attributes,
  });

  it('propagates unknown sizes, and shows them as ? in errors', () => {
    const known = unknown({ x: [null, 3], w: [3, 4], b: [4], one: [1, 1], rows: [4, 1] });
    expect(inferShapes(node('Gemm', ['x', 'w', 'b']), known)).toEqual([[null, 4]]);
    expect(inferShapes(node('Add', ['x', 'x']), known)).toEqual([[null, 3]]);
    expect(inferShapes(node('Add', ['one', 'x']), known)).toEqual([[null, 3]]);
    expect(inferShapes(node('Add', ['x', 'one']), known)).toEqual([[null, 3]]);
    // The unknown size is 1 or 4.
    expect(inferShapes(node('Add', ['x', 'rows']), known)).toEqual([[4, 3]]);
    expect(inferShapes(node('Concat', ['x', 'x'], { axis: attr.int(0) }), known)).toEqual([[null, 3]]);
    expect(() => inferShapes(node('MatMul', ['x', 'b']), known)).toThrow('product of [?,3] and [4]');
  });

  it('does not infer shapes for an unknown rank, constant or operator', () => {
    const known = unknown({ x: [2, 3], shape: [2] });
    expect(inferShapes(node('Relu', ['q']), known)).toEqual([]);
    expect(inferShapes(node('Reshape', ['x', 'shape']), known)).toEqual([undefined]);
    expect(inferShapes(node('NonZero', ['x']), known)).toEqual([]);
    expect(inferShapes({ ...node('Relu', ['x']), domain: 'other' }, known)).toEqual([]);
  });
});
