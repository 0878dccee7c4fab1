import { type ReadonlySignal, signal } from '@preact/signals';
import { formatRoute, parseRoute, type Route, type TabName } from './route.ts';
import { isSite } from './site.ts';

const current = signal<Route>(parseRoute(location.hash, isSite));

/** The current route, which follows the address. */
export const route: ReadonlySignal<Route> = current;

addEventListener('hashchange', () => {
  current.value = parseRoute(location.hash, isSite);
});

/** Opens a tab and adds an entry to the browser's history. */
export function goTo(tab: TabName, query: URLSearchParams = new URLSearchParams()): void {
  location.hash = formatRoute({ tab, query });
}

/** Updates the address to describe what the tab shows, without adding a history entry. */
export function describeInAddress(tab: TabName, query: URLSearchParams): void {
  // `replaceState` fires no `hashchange`, so `route` stays unchanged; the tab is already open.
  history.replaceState(history.state, '', formatRoute({ tab, query }));
}

/**
 * Writes the content of a tab into the address and adds a history entry, so that Back returns to the previous content.
 * If the previous address was of another tab or had no request, replaces its entry instead.
 */
export function rememberInAddress(tab: TabName, query: URLSearchParams): void {
  const address = formatRoute({ tab, query });
  if (location.hash === address) return;
  const before = parseRoute(location.hash, isSite);
  if (before.tab === tab && before.query.size > 0) history.pushState(null, '', address);
  else history.replaceState(history.state, '', address);
}
