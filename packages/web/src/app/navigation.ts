import { type ReadonlySignal, signal } from '@preact/signals';
import { formatRoute, parseRoute, type Route, type TabName } from './route.ts';

/** The address of the page: which tab is open, and what it shows. */
export interface Navigation {
  /** The current route, which follows the address. */
  readonly route: ReadonlySignal<Route>;
  /** Opens a tab and adds an entry to the browser's history. The query is empty by default. */
  readonly goTo: (tab: TabName, query?: URLSearchParams) => void;
  /** Updates the address to describe what the tab shows, without adding a history entry. */
  readonly describeInAddress: (tab: TabName, query: URLSearchParams) => void;
  /**
   * Writes the content of a tab into the address and adds a history entry, so that Back returns to the previous content.
   * If the previous address was of another tab or had no request, replaces its entry instead.
   */
  readonly rememberInAddress: (tab: TabName, query: URLSearchParams) => void;
}

/** The part of a window that a navigation uses. */
interface Frame {
  readonly location: Pick<Location, 'hash'>;
  readonly history: Pick<History, 'state' | 'pushState' | 'replaceState'>;
  readonly addEventListener: (name: 'hashchange', act: () => void) => void;
}

/** @param isSite whether the page is a static site, which has no tab `compare` */
export function createNavigation(
  { location, history, addEventListener }: Frame,
  isSite: boolean,
): Navigation {
  const route = signal<Route>(parseRoute(location.hash, isSite));
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash, isSite);
  });
  // `replaceState` fires no `hashchange`, so `route` stays unchanged; the tab is already open.
  const replace = (address: string): void => history.replaceState(history.state, '', address);
  return {
    route,
    goTo(tab, query = new URLSearchParams()) {
      location.hash = formatRoute({ tab, query });
    },
    describeInAddress: (tab, query) => replace(formatRoute({ tab, query })),
    rememberInAddress(tab, query) {
      const address = formatRoute({ tab, query });
      if (location.hash === address) return;
      const before = parseRoute(location.hash, isSite);
      if (before.tab === tab && before.query.size > 0) history.pushState(null, '', address);
      else replace(address);
    },
  };
}
