/** The tabs of the page, in display order. */
export const TAB_NAMES = ['sample', 'edit', 'compare', 'train', 'inspect'] as const;

export type TabName = (typeof TAB_NAMES)[number];

/** A tab and its query, as the address gives them. */
export interface Route {
  readonly tab: TabName;
  readonly query: URLSearchParams;
  /** Name in the address that is not a tab of this page; null if the name is known or absent. */
  readonly unknown: string | null;
}

/**
 * Parses the hash of an address: `#/compare?seed=7`.
 *
 * @param isSite whether the page is a static site, which has no tab `compare`
 * @returns the tab in the hash, or the first tab if the hash names no known tab
 */
export function parseRoute(hash: string, isSite = false): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const known = TAB_NAMES.find((name) => name === path && !(isSite && name === 'compare'));
  return {
    tab: known ?? TAB_NAMES[0],
    query: new URLSearchParams(query),
    unknown: known === undefined && path !== '' ? path : null,
  };
}

/** The inverse of {@link parseRoute}. */
export function formatRoute({ tab, query }: Pick<Route, 'tab' | 'query'>): string {
  const text = query.toString();
  return text === '' ? `#/${tab}` : `#/${tab}?${text}`;
}
