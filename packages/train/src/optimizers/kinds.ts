/** Names of the optimizers; `OPTIMIZERS` has an entry for each. This module imports nothing, for `--help`. */
export const OPTIMIZER_KINDS = ['adam', 'adamw', 'lion', 'muon'] as const;

export type OptimizerKind = (typeof OPTIMIZER_KINDS)[number];
