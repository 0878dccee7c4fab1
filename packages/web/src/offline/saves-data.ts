/** The Network Information API, which only some browsers have. */
interface Connection {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
  readonly type?: string;
}

/**
 * Whether the visitor wants, or the connection needs, to transfer little: data saver, a mobile network, or a slow one.
 * Browsers without this information count as unlimited.
 */
export function savesData(navigator: object): boolean {
  const { connection } = navigator as { readonly connection?: Connection };
  if (connection === undefined) return false;
  const { saveData, effectiveType = '', type } = connection;
  return saveData === true || type === 'cellular' || /2g|3g/.test(effectiveType);
}
