/** The parts of the page, in the order of their tabs. */
export const TAB_NAMES = ['sample', 'compare', 'train', 'inspect'] as const;

export type TabName = (typeof TAB_NAMES)[number];

/** Where the page is: a tab, and what the address says for it. */
export interface Route {
  readonly tab: TabName;
  readonly query: URLSearchParams;
}

/**
 * Reads the part of an address after `#`: `#/compare?seed=7`.
 * @returns the first tab where it names none that there is
 */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const tab = TAB_NAMES.find((name) => name === path) ?? TAB_NAMES[0];
  return { tab, query: new URLSearchParams(query) };
}

/** The inverse of {@link parseRoute}. */
export function formatRoute({ tab, query }: Route): string {
  const text = query.toString();
  return text === '' ? `#/${tab}` : `#/${tab}?${text}`;
}
