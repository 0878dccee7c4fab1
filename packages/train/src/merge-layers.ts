/** Fields of a configuration as JSON has them, not checked yet. */
export type Layer = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Layer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Layers of a configuration, the later ones first in rank: objects are merged field by field, everything else is
 * replaced. An object with another `kind` replaces the one before it: the fields of one kind mean nothing to the other.
 * A field that is undefined says nothing. A value that is not an object stays under a later object: the parser of
 * the result then refuses it.
 */
export function mergeLayers(...layers: readonly Layer[]): Record<string, unknown> {
  // A map and its entries, for assigning to `result['__proto__']` would set a prototype.
  const result = new Map<string, unknown>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      const before = result.get(key);
      if (!isObject(value)) result.set(key, value);
      else if (before === undefined) result.set(key, mergeLayers(value));
      else if (isObject(before)) {
        const sameKind = (value.kind ?? before.kind) === before.kind;
        result.set(key, sameKind ? mergeLayers(before, value) : mergeLayers(value));
      }
    }
  }
  return Object.fromEntries(result);
}
