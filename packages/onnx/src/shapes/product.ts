import { agree, broadcast, type KnownShape, mismatch, type Size, show } from './shape-call.ts';
import type { ShapeRule } from './shape-rule.ts';

const at = (shape: KnownShape, axis: number): Size => shape.at(axis) ?? null;

const gemm: ShapeRule = (call) => {
  const [a, b] = [call.shape(0), call.shape(1)];
  if (a.length !== 2 || b.length !== 2) mismatch(`shapes ${show(a)} and ${show(b)}`, 'two matrices');
  const [rows, inner] = call.int('transA', 0) === 0 ? [at(a, 0), at(a, 1)] : [at(a, 1), at(a, 0)];
  const [other, columns] = call.int('transB', 0) === 0 ? [at(b, 0), at(b, 1)] : [at(b, 1), at(b, 0)];
  if (!agree(inner, other))
    mismatch(`a product of ${show([rows, inner])} and ${show([other, columns])}`, 'equal inner sizes');
  const shape = [rows, columns];
  const c = call.shapes[2];
  if (c !== undefined && broadcast([shape, c]).some((size, axis) => shape[axis] === 1 && size !== 1)) {
    mismatch(`a summand of shape ${show(c)} for ${show(shape)}`, 'a summand that broadcasts to it');
  }
  return [shape];
};

const matMul: ShapeRule = (call) => {
  const [a, b] = [call.shape(0), call.shape(1)];
  if (a.length === 0 || b.length === 0) mismatch(`shapes ${show(a)} and ${show(b)}`, 'vectors or matrices');
  const inner = at(a, -1);
  const other = b.length === 1 ? at(b, 0) : at(b, -2);
  if (!agree(inner, other)) mismatch(`a product of ${show(a)} and ${show(b)}`, 'equal inner sizes');
  const stack = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  return [[...stack, ...(a.length === 1 ? [] : [at(a, -2)]), ...(b.length === 1 ? [] : [at(b, -1)])]];
};

/** Shape rules for matrix products. */
export const productShapes: Readonly<Record<string, ShapeRule>> = { Gemm: gemm, MatMul: matMul };
