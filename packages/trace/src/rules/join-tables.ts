type KeyOf<Table> = Table extends object ? keyof Table : never;

/** Keys that stand in more than one of the tables. */
export type Repeated<Tables extends readonly object[]> = Tables extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? Extract<keyof First, KeyOf<Rest[number]>> | Repeated<Rest>
  : never;

/** One table with every entry of several. */
export type Joined<Tables extends readonly object[]> = Tables extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? First & Joined<Rest>
  : unknown;

/**
 * Joins tables that have no key in common.
 *
 * A repeated key does not compile: it must not depend on the order of the tables which entry counts.
 * @throws Error the same for tables whose types hide their keys
 */
export function joinTables<const Tables extends readonly object[]>(
  ...tables: [Repeated<Tables>] extends [never] ? Tables : { readonly repeated: Repeated<Tables> }[]
): Joined<Tables> {
  const joined = new Map<string, unknown>();
  for (const [key, entry] of tables.flatMap((table) => Object.entries(table))) {
    if (joined.has(key)) {
      throw new Error(
        `joinTables: ${key} stands in two tables; expected one entry for each. Remove one of them.`,
      );
    }
    joined.set(key, entry);
  }
  return Object.fromEntries(joined) as Joined<Tables>;
}
