import { type ActivationKernels, activationRules } from './activation.ts';
import { type ArithmeticKernels, arithmeticRules } from './arithmetic.ts';
import { type ConstantKernels, constantRules } from './constant.ts';
import { type ConvKernels, convRules } from './conv.ts';
import { type DepthwiseGradientKernels, depthwiseGradientRules } from './depthwise-gradient.ts';
import { type ElementwiseKernels, elementwiseRules } from './elementwise.ts';
import { type FusedKernels, fusedRules } from './fused.ts';
import { guarded } from './guarded.ts';
import { type JoinKernels, joinRules } from './join.ts';
import { joinTables } from './join-tables.ts';
import { type MatMulKernels, matMulRules } from './matmul.ts';
import { type NormKernels, normRules } from './norm.ts';
import { type PoolKernels, poolRules } from './pool.ts';
import { type ReduceKernels, reduceRules } from './reduce.ts';
import { type ResizeKernels, resizeRules } from './resize.ts';
import type { RuleTable } from './rule.ts';
import { type ShapeKernels, shapeRules } from './shape.ts';
import { type SliceKernels, sliceRules } from './slice.ts';

/** Inputs and attributes of each kernel that a traced function may run. */
export interface Kernels
  extends ActivationKernels,
    ArithmeticKernels,
    ConstantKernels,
    ConvKernels,
    DepthwiseGradientKernels,
    ElementwiseKernels,
    FusedKernels,
    JoinKernels,
    MatMulKernels,
    NormKernels,
    PoolKernels,
    ReduceKernels,
    ResizeKernels,
    ShapeKernels,
    SliceKernels {}

/** Rules by family, with one file for each family; README.md says how to add a rule. */
const tables = {
  'arithmetic and comparisons': arithmeticRules,
  'functions of one value': elementwiseRules,
  activations: activationRules,
  'constants and casts': constantRules,
  shapes: shapeRules,
  'parts of a value': sliceRules,
  'joins and padding': joinRules,
  'reductions, softmax, running sums': reduceRules,
  'matrix products': matMulRules,
  'convolutions and their gradients': convRules,
  'gradients of depthwise convolutions': depthwiseGradientRules,
  'fused products, batch normalization': fusedRules,
  'pooling and its gradients': poolRules,
  'resampling and its gradients': resizeRules,
  'kernels of `@isonoise/ops`': normRules,
};

/** The rule of every kernel. */
export const rules: RuleTable<Kernels> = guarded<Kernels>(joinTables(tables));

/** Names of kernels by family. */
export const families: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(tables).map(([family, table]) => [family, Object.keys(table).toSorted()]),
);
