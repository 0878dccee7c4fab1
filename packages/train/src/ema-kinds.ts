/** How the weights are averaged; see `EmaConfig`. */
export type EmaKind = 'exponential' | 'power';

export const EMA_KINDS: readonly EmaKind[] = ['exponential', 'power'];
