import { expect, it } from 'vitest';
import { createNavigation } from './navigation.ts';

/** Creates a navigation in a window that has only an address. `entries` lists the browser's history, oldest first. */
function scene(hash: string) {
  const entries = [hash];
  const listeners: (() => void)[] = [];
  const location = {
    get hash() {
      return entries.at(-1) ?? '';
    },
    set hash(next: string) {
      entries.push(next);
      for (const act of listeners) act();
    },
  };
  const history = {
    state: null,
    pushState: (_state: unknown, _title: string, address: string) => void entries.push(address),
    replaceState: (_state: unknown, _title: string, address: string) => void entries.splice(-1, 1, address),
  };
  const addEventListener = (_name: string, act: () => void) => void listeners.push(act);
  return { entries, navigation: createNavigation({ location, history, addEventListener }, false) };
}
const query = (text: string): URLSearchParams => new URLSearchParams(text);

it('goTo opens a tab, and the route follows', () => {
  const { entries, navigation } = scene('');
  expect(navigation.route.value.tab).toBe('sample');
  navigation.goTo('edit');
  expect([navigation.route.value.tab, entries]).toEqual(['edit', ['', '#/edit']]);
});

it('rememberInAddress adds a history entry only if the address has a different request of the same tab', () => {
  const { entries, navigation } = scene('#/train');
  navigation.rememberInAddress('sample', query('seed=1'));
  expect(entries).toEqual(['#/sample?seed=1']);
  navigation.rememberInAddress('sample', query('seed=1'));
  navigation.rememberInAddress('sample', query('seed=2'));
  expect(entries).toEqual(['#/sample?seed=1', '#/sample?seed=2']);
  navigation.describeInAddress('sample', query('seed=3'));
  expect(entries).toEqual(['#/sample?seed=1', '#/sample?seed=3']);
  // The tab is already open.
  expect(navigation.route.value.tab).toBe('train');
});
