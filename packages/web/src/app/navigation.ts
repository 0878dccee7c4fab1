import { type ReadonlySignal, signal } from '@preact/signals';
import { formatRoute, parseRoute, type Route, type TabName } from './route.ts';
import { isSite } from './site.ts';

const current = signal<Route>(parseRoute(location.hash, isSite));

/** The current route, which follows the address. */
export const route: ReadonlySignal<Route> = current;

addEventListener('hashchange', () => {
  current.value = parseRoute(location.hash, isSite);
});

/** Opens a tab: a new entry in the browser's history. */
export function goTo(tab: TabName, query: URLSearchParams = new URLSearchParams()): void {
  location.hash = formatRoute({ tab, query });
}

/** Updates the address to describe what the tab shows, without adding a history entry. */
export function describeInAddress(tab: TabName, query: URLSearchParams): void {
  // `route` stays unchanged, because here the address follows the page and no tab needs to be opened.
  history.replaceState(history.state, '', formatRoute({ tab, query }));
}

/**
 * Writes what a tab shows into the address, as a new entry of the browser's history, so that Back returns to what was
 * shown before. An address without a request is replaced.
 */
export function rememberInAddress(tab: TabName, query: URLSearchParams): void {
  const address = formatRoute({ tab, query });
  if (location.hash === address) return;
  const before = parseRoute(location.hash, isSite);
  if (before.tab === tab && before.query.size > 0) history.pushState(null, '', address);
  else history.replaceState(history.state, '', address);
}
