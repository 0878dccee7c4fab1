/** Kind of average of the weights; see `EmaConfig`. */
export type EmaKind = 'exponential' | 'power';

export const EMA_KINDS: readonly EmaKind[] = ['exponential', 'power'];
