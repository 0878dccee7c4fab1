/** Fields of a training configuration that had another name in earlier versions: old name to new. */
const RENAMED: ReadonlyMap<string, string> = new Map([['unet', 'network']]);

/**
 * The fields of a training configuration under their present names, in their order: files of earlier versions are read
 * through this. A field that is there under both names stays as it is; the parser refuses the old one as unknown.
 */
export function withCurrentNames<T>(fields: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const renamed = RENAMED.get(name);
      return [renamed === undefined || renamed in fields ? name : renamed, value];
    }),
  );
}
