/**
 * Letters: R rows of the class embedding of the model, R' rows of the new network, K features.
 */

/** The classes of a network: names in the order of their rows, and the row of the null class after them. */
export interface ClassRows {
  readonly names: readonly string[];
  readonly nullClass: number | null;
}

export interface FittedClasses {
  /** `[R', K]` */
  readonly values: Float32Array;
  /** Names of the classes that the model knows. */
  readonly known: readonly string[];
  /** Names of the classes that begin as images without a class. */
  readonly fresh: readonly string[];
}

/**
 * Fits a class embedding to other classes. Classes of the same name keep their row. New classes begin with the row of
 * images without a class, so that at first the model draws them like any image.
 *
 * @param table `[R, K]`; null if the model has no classes, which gives rows of zeros
 */
export function fitClasses(
  table: Float32Array | null,
  from: ClassRows | null,
  to: ClassRows,
  features: number,
): FittedClasses {
  const any = table === null || from === null ? new Float32Array(features) : anyClass(table, from, features);
  const rows = to.names.length + (to.nullClass === null ? 0 : 1);
  const values = new Float32Array(rows * features);
  const known: string[] = [];
  const fresh: string[] = [];
  for (let row = 0; row < rows; row++) {
    const name = row === to.nullClass ? undefined : to.names[row];
    const at = name === undefined ? -1 : (from?.names.indexOf(name) ?? -1);
    values.set(table !== null && at >= 0 ? rowOf(table, at, features) : any, row * features);
    if (name !== undefined) (at >= 0 ? known : fresh).push(name);
  }
  return { values, known, fresh };
}

/** The row of images without a class: the null class, or the mean of all classes if the model has none. */
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
