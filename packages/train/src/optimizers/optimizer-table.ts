import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { OptimizerKind } from './kinds.ts';
import { lion } from './lion.ts';
import { muon } from './muon.ts';
import type { Optimizer } from './optimizer.ts';

/** All optimizers by name. */
export interface OptimizerTable {
  readonly adam: typeof adam;
  readonly adamw: typeof adamw;
  readonly lion: typeof lion;
  readonly muon: typeof muon;
}

const OPTIMIZERS: OptimizerTable = { adam, adamw, lion, muon } satisfies {
  readonly [K in OptimizerKind]: Optimizer;
};

/** Returns the optimizer of a kind. */
export function optimizerOf(kind: OptimizerKind): Optimizer {
  return OPTIMIZERS[kind];
}
