/** The Network Information API, which only some browsers have. */
interface Connection {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
  readonly type?: string;
}

/**
 * Whether to transfer little data: the visitor uses a data saver, or the network is mobile or slow. Browsers without
 * this information count as unlimited.
 */
export function savesData(navigator: object): boolean {
  const { connection } = navigator as { readonly connection?: Connection };
  if (connection === undefined) return false;
  const { saveData, effectiveType = '', type } = connection;
  return saveData === true || type === 'cellular' || /2g|3g/.test(effectiveType);
}
