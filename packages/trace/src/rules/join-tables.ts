type Tables = Readonly<Record<string, object>>;

type KeyOf<Table> = Table extends object ? keyof Table : never;

/** Keys that are in more than one of the tables. */
export type Repeated<T extends Tables> = {
  readonly [F in keyof T]: Extract<keyof T[F], KeyOf<T[Exclude<keyof T, F>]>>;
}[keyof T];

/** One table with the entries of several. */
export type Joined<T extends Tables> = {
  readonly [K in KeyOf<T[keyof T]>]: Extract<T[keyof T], Readonly<Record<K, unknown>>>[K];
};

/**
 * Joins tables with disjoint keys.
 *
 * A repeated key is a compile error, because the result would depend on the order of the tables.
 *
 * @param tables tables by arbitrary names
 * @throws Error if a key is repeated but the types of the tables hide it
 */
export function joinTables<const T extends Tables>(
  tables: [Repeated<T>] extends [never] ? T : { readonly repeated: Repeated<T> },
): Joined<T> {
  const joined = new Map<string, unknown>();
  const list: readonly unknown[] = Object.values(tables);
  for (const [key, entry] of list.flatMap((table) => Object.entries(table as object))) {
    if (joined.has(key)) {
      throw new Error(
        `joinTables: ${key} is in two tables; expected one entry for each key. Remove one of them.`,
      );
    }
    joined.set(key, entry);
  }
  return Object.fromEntries(joined) as Joined<T>;
}
