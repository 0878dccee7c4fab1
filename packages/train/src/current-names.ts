/** Fields of a training configuration that were renamed: earlier name to current name. */
const RENAMED: ReadonlyMap<string, string> = new Map([['unet', 'network']]);

/**
 * Replaces earlier names of fields of a training configuration with the current ones, so that files of earlier
 * versions can be read. The order is kept. If a field occurs under both names, both are kept, and the parser
 * then refuses the earlier name.
 */
export function withCurrentNames<T>(fields: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const renamed = RENAMED.get(name);
      return [renamed === undefined || renamed in fields ? name : renamed, value];
    }),
  );
}
