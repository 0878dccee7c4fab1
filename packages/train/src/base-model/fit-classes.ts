/**
 * Letters: R rows of the class embedding of the model, R' rows of the new network, K features.
 */

/** The classes of a network in the order of their rows, and the row of the null class after them. */
export interface ClassRows {
  readonly names: readonly string[];
  /** Null without a null class. */
  readonly nullClass: number | null;
}

/** The named embedding rows of a model, for its classes or its tags. */
export interface KnownRows {
  readonly names: readonly string[];
  /** The row of each name, `[R, K]`. */
  readonly table: Float32Array;
  /** The row for images without a class or without tags, `[K]`. */
  readonly any: Float32Array;
}

export interface FittedRows {
  /** The new rows, `[R', K]`. */
  readonly values: Float32Array;
  /** Names that the model knows. */
  readonly known: readonly string[];
  /** Names that the model does not know. Their rows start like those of images without a class or tags. */
  readonly fresh: readonly string[];
  /** Names of the model whose rows are not used. */
  readonly lost: readonly string[];
}

/**
 * Fits a class embedding to other classes. A class with a known name keeps its row. A new class starts with the row
 * for images without a class, so that at first the model draws it like any image.
 */
export function fitClasses(known: KnownRows, to: ClassRows): FittedRows {
  const fitted = fitRows(known, to.names);
  if (to.nullClass === null) return fitted;
  return { ...fitted, values: Float32Array.from([...fitted.values, ...known.any]) };
}

/**
 * Fits a tag embedding to other tags. The network adds this embedding to the row for images without a class or tags. A
 * tag with a known name therefore gets its row minus the row for images without tags. A new tag gets zeros.
 */
export function fitTags(known: KnownRows, names: readonly string[]): FittedRows {
  const fitted = fitRows(known, names);
  const features = known.any.length;
  return { ...fitted, values: fitted.values.map((value, i) => value - (known.any[i % features] as number)) };
}

/** Finds the row of each name. Compares names without regard to case, because tags are in lower case. */
function fitRows({ names, table, any }: KnownRows, to: readonly string[]): FittedRows {
  const features = any.length;
  const rows = new Map(names.map((name, row) => [name.toLowerCase(), row]));
  const values = new Float32Array(to.length * features);
  const known: string[] = [];
  const fresh: string[] = [];
  const used = new Set<number>();
  for (const [i, name] of to.entries()) {
    const exact = names.indexOf(name);
    const row = exact >= 0 ? exact : rows.get(name.toLowerCase());
    values.set(row === undefined ? any : rowOf(table, row, features), i * features);
    (row === undefined ? fresh : known).push(name);
    if (row !== undefined) used.add(row);
  }
  return { values, known, fresh, lost: names.filter((_, row) => !used.has(row)) };
}

/**
 * Returns the row for images without a class. It is the row of the null class, or the mean of all classes if the
 * model has no null class.
 */
export function anyClass(
  table: Float32Array,
  { names, nullClass }: ClassRows,
  features: number,
): Float32Array {
  if (nullClass !== null) return rowOf(table, nullClass, features);
  const mean = new Float64Array(features);
  for (const row of names.keys())
    for (let k = 0; k < features; k++)
      mean[k] = (mean[k] as number) + (table[row * features + k] as number) / names.length;
  return Float32Array.from(mean);
}

function rowOf(table: Float32Array, row: number, features: number): Float32Array {
  return table.subarray(row * features, (row + 1) * features);
}
