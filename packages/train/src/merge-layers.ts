/** Unchecked fields of a configuration, parsed from JSON. */
export type Layer = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Layer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Merges layers of a configuration. Later layers override earlier ones. Objects are merged field by field, and other
 * values are replaced. An object with a different `kind` replaces the earlier object, because the fields of different
 * kinds are unrelated. Undefined fields are ignored. An object does not replace an earlier value that is not an object,
 * so that the parser refuses this earlier value.
 */
export function mergeLayers(...layers: readonly Layer[]): Record<string, unknown> {
  // Use a map, because assigning to `result['__proto__']` would set the prototype.
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
