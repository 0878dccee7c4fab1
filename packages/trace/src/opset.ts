/** Version of the standard operator set: the oldest version that has every op used here. */
export const OPSET = 17;

/** Version of every other operator set. */
const OTHER_DOMAINS = 1;

/** Version of the operator set of a node's domain. */
export function opsetOf(domain: string | undefined): number {
  return domain === undefined ? OPSET : OTHER_DOMAINS;
}

/** Version of the file format: the oldest version that supports the operator set. */
export const IR_VERSION = 8;
