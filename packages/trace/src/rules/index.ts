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

/** Every kernel that a traced function may run, by name: its inputs and attributes. */
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

/** The rule of every kernel. One file a family; README.md says how to add one. */
export const rules: RuleTable<Kernels> = guarded<Kernels>(
  joinTables(
    activationRules,
    arithmeticRules,
    constantRules,
    convRules,
    depthwiseGradientRules,
    elementwiseRules,
    fusedRules,
    joinRules,
    matMulRules,
    normRules,
    poolRules,
    reduceRules,
    resizeRules,
    shapeRules,
    sliceRules,
  ),
);
