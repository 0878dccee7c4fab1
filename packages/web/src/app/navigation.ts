import { type ReadonlySignal, signal } from '@preact/signals';
import { formatRoute, parseRoute, type Route, type TabName } from './route.ts';

const current = signal<Route>(parseRoute(location.hash));

/** Where the page is; changes with the address. */
export const route: ReadonlySignal<Route> = current;

addEventListener('hashchange', () => {
  current.value = parseRoute(location.hash);
});

/** Opens a tab: a new entry in the browser's history. */
export function goTo(tab: TabName, query: URLSearchParams = new URLSearchParams()): void {
  location.hash = formatRoute({ tab, query });
}

/** Writes into the address what the tab shows now, without a new entry in the history. */
export function describeInAddress(tab: TabName, query: URLSearchParams): void {
  // Not into `route`: the address follows the page here, and nothing is to be opened again.
  history.replaceState(history.state, '', formatRoute({ tab, query }));
}
