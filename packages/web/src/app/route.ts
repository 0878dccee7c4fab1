/** The tabs of the page, in display order. */
export const TAB_NAMES = ['sample', 'edit', 'compare', 'train', 'inspect'] as const;

export type TabName = (typeof TAB_NAMES)[number];

/** A tab and its query, as the address gives them. */
export interface Route {
  readonly tab: TabName;
  readonly query: URLSearchParams;
}

/**
 * Parses the hash of an address: `#/compare?seed=7`.
 *
 * @param isSite whether the page is a static site, which has no tab `compare`
 * @returns the tab in the hash, or the first tab if the hash names no known tab
 */
export function parseRoute(hash: string, isSite = false): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const tab = TAB_NAMES.find((name) => name === path && !(isSite && name === 'compare')) ?? TAB_NAMES[0];
  return { tab, query: new URLSearchParams(query) };
}

/** The inverse of {@link parseRoute}. */
export function formatRoute({ tab, query }: Route): string {
  const text = query.toString();
  return text === '' ? `#/${tab}` : `#/${tab}?${text}`;
}
