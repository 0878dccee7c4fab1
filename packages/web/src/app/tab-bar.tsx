import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { goTo } from './navigation.ts';
import { TAB_NAMES, type TabName } from './route.ts';
import { tabs } from './tabs.ts';

/** How far a key moves among the tabs; Home and End go to the ends. */
const MOVES: Readonly<Record<string, (at: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: () => -1,
};

/**
 * The row of tabs, after the ARIA pattern: one stop of the Tab key, arrows move and open.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function TabBar({ current }: { readonly current: TabName }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const next = TAB_NAMES.at(move(TAB_NAMES.indexOf(current)) % TAB_NAMES.length);
    if (next === undefined) return;
    goTo(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  }

  return (
    <div class="tab-bar" role="tablist" aria-label="Parts of this page" ref={list} onKeyDown={onKeyDown}>
      {TAB_NAMES.map((name) => (
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
