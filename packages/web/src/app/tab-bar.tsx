import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { goTo } from '../shell.ts';
import type { TabName } from './route.ts';
import { tabNames, tabs } from './tabs.ts';

/** Index of the tab to which a key moves; -1 means the last tab. */
const MOVES: Readonly<Record<string, (at: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: () => -1,
};

/**
 * The row of tabs. It follows the ARIA pattern: the row is one stop for the Tab key, and arrow keys open the next or
 * previous tab.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function TabBar({ current }: { readonly current: TabName }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const next = tabNames.at(move(tabNames.indexOf(current)) % tabNames.length);
    if (next === undefined) return;
    goTo(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  }

  return (
    <div class="tab-bar" role="tablist" aria-label="Parts of this page" ref={list} onKeyDown={onKeyDown}>
      {tabNames.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls={`panel-${name}`}
          aria-selected={name === current}
          tabIndex={name === current ? 0 : -1}
          onClick={() => goTo(name)}
        >
          {tabs[name].label}
        </button>
      ))}
    </div>
  );
}
