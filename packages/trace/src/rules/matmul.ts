import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { dim, identityOrder, type Order, type Shape, sameOrder, sizeOf } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import type { Kernel, RuleTable } from './rule.ts';
import { requireNumbers } from './value-by-value.ts';

/** A stored matrix or stack of matrices, possibly with its last two axes swapped. */
interface Matrix {
  readonly name: string;
  readonly transposed: boolean;
}

/** The cheapest form of a stack of matrices: row-major, or stored with rows and columns swapped. */
function matrix(tracer: Tracer, x: TracedValue, transpose: boolean): Matrix {
  const rank = x.shape.length;
  const plain = identityOrder(rank);
  const swapped: Order = [...plain.slice(0, -2), rank - 1, rank - 2];
  const isSwapped = sameOrder(tracer.orderOf(x), swapped) && !tracer.hasOrder(x, plain);
  return { name: tracer.inOrder(x, isSwapped ? swapped : plain), transposed: transpose !== isSwapped };
}

/** Writes a Gemm over two matrices. Its flags transpose a matrix at no cost. */
function gemm(tracer: Tracer, a: Matrix, b: Matrix, rows: number, columns: number): string {
  const { recorder } = tracer;
  const flat = (m: Matrix): string => recorder.reshape(m.name, recorder.shapeOf(m.name).slice(-2));
  return recorder.op('Gemm', [flat(a), flat(b)], [rows, columns], {
    ...(a.transposed ? { transA: attr.int(1) } : {}),
    ...(b.transposed ? { transB: attr.int(1) } : {}),
  });
}

export function matMul(
  tracer: Tracer,
  a: TracedValue,
  b: TracedValue,
  transposeA: boolean,
  transposeB: boolean,
): TracedValue {
  requireNumbers(tracer, a);
  const [rows, columns] = [dim(a.shape, transposeA ? -1 : -2), dim(b.shape, transposeB ? -2 : -1)];
  const stack = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape: Shape = [...stack, rows, columns];
  const { recorder } = tracer;
  // ONNX Runtime's Gemm supports only floats.
  const float = a.dtype === 'float32';
  if (float && sizeOf(stack) === 1) {
    const product = gemm(tracer, matrix(tracer, a, transposeA), matrix(tracer, b, transposeB), rows, columns);
    return tracer.computed(shape, a.dtype, recorder.reshape(product, shape));
  }
  // A stack times a single matrix is one tall Gemm.
  if (float && sizeOf(b.shape.slice(0, -2)) === 1 && !transposeA) {
    const inner = dim(a.shape, -1);
    const tall = {
      name: recorder.reshape(tracer.plain(a), [sizeOf(stack) * rows, inner]),
      transposed: false,
    };
    const product = gemm(tracer, tall, matrix(tracer, b, transposeB), sizeOf(stack) * rows, columns);
    return tracer.computed(shape, a.dtype, recorder.reshape(product, shape));
  }
  // ONNX's MatMul does not have transpose flags, but ONNX Runtime fuses a Transpose into the product.
  const upright = (x: TracedValue, transpose: boolean): string => {
    const { name, transposed } = matrix(tracer, x, transpose);
    const rank = x.shape.length;
    const swap = [...identityOrder(rank).slice(0, -2), rank - 1, rank - 2];
    return transposed ? recorder.transpose(name, swap) : name;
  };
  const name = recorder.op('MatMul', [upright(a, transposeA), upright(b, transposeB)], shape);
  return tracer.computed(shape, a.dtype, name);
}

export interface MatMulKernels {
  BatchMatMul: Kernel<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>;
}

export const matMulRules: RuleTable<MatMulKernels> = {
  BatchMatMul: (tracer, inputs, { transposeA, transposeB }) =>
    matMul(tracer, inputs.a, inputs.b, transposeA, transposeB),
};
