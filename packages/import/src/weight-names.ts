/** Names that attention layers of diffusers had before version 0.15, and their current names. */
const OLD_ATTENTION: Readonly<Record<string, string>> = {
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_attn: 'to_out.0',
};

/** Returns the name that current versions of diffusers give to a weight of `UNet2DModel`. */
export function currentName(name: string): string {
  return name.replace(
    /(^|\.)(attentions\.\d+)\.(query|key|value|proj_attn)\.(weight|bias)$/,
    (_, before: string, layer: string, old: string, kind: string) =>
      `${before}${layer}.${OLD_ATTENTION[old]}.${kind}`,
  );
}

/**
 * Maximum number of sets of weights in a file. Each set is compared with all weights of a network, so a hostile file
 * with more sets would take hours.
 */
export const MAX_SETS = 100;

/**
 * Finds the prefixes of the names of complete networks, such as `module.` of data-parallel training or `ema_model.`.
 *
 * @param first name of a weight that every network has
 * @returns the prefixes; the search ends after one more than {@link MAX_SETS}
 */
export function prefixesOf(names: Iterable<string>, first: string): readonly string[] {
  const prefixes: string[] = [];
  for (const name of names) {
    if (prefixes.length > MAX_SETS) break;
    if (name === first) prefixes.push('');
    else if (name.endsWith(`.${first}`)) prefixes.push(name.slice(0, -first.length));
  }
  return prefixes;
}
