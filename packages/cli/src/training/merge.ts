type Json = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Layers of a configuration, later ones first in rank: objects are merged field by field, everything else is replaced.
 * An object with another `kind` replaces the one before it: the fields of one kind mean nothing to the other.
 * A field that is undefined says nothing.
 */
export function merge(...layers: readonly Json[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      const before = result[key];
      const sameKind = isObject(before) && isObject(value) && (value.kind ?? before.kind) === before.kind;
      result[key] = sameKind ? merge(before, value) : isObject(value) ? merge(value) : value;
    }
  }
  return result;
}
