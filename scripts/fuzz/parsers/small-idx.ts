/** Six images of 3 × 2 in three classes. */
export const idxImages: Uint8Array = Uint8Array.from([
  ...[0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 2],
  ...Array.from({ length: 36 }, (_, i) => i * 7),
]);
export const idxLabels: Uint8Array = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 6, 0, 1, 2, 0, 1, 2]);
