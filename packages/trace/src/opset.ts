/** Standard operator set that is written: the oldest that has every op used here. */
export const OPSET = 17;

/** Version of every other operator set that is written. */
const OTHER_DOMAINS = 1;

/** Version of the operator set that a node is of. */
export function opsetOf(domain: string | undefined): number {
  return domain === undefined ? OPSET : OTHER_DOMAINS;
}

/** File format version that is written: the oldest that goes with the operator set. */
export const IR_VERSION = 8;
