/** Two records, each with a label and 3 × 32 × 32 values. */
export const cifarRecords: Uint8Array = Uint8Array.from({ length: 2 * 3073 }, (_, i) =>
  i % 3073 === 0 ? (i / 3073) * 7 : (i * 31) % 256,
);
