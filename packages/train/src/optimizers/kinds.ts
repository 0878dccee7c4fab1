/**
 * Names of the optimizers. `OPTIMIZERS` has an entry for each. This module has no imports, so that `--help` loads
 * fast.
 */
export const OPTIMIZER_KINDS = ['adam', 'adamw', 'lion', 'muon'] as const;

export type OptimizerKind = (typeof OPTIMIZER_KINDS)[number];
