/** Renamed fields of a training configuration, from earlier name to current name. */
const RENAMED: ReadonlyMap<string, string> = new Map([['unet', 'network']]);

/**
 * Replaces earlier names of fields of a training configuration with the current ones, so that older files can be
 * read. Keeps the order. If a field occurs with both names, keeps both, and the parser then refuses the earlier name.
 */
export function withCurrentNames<T>(fields: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const renamed = RENAMED.get(name);
      return [renamed === undefined || renamed in fields ? name : renamed, value];
    }),
  );
}
