import { type ReadonlySignal, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'isonoise.theme';
const preferred = matchMedia('(prefers-color-scheme: dark)');

/** The visitor's choice; null follows the system. */
let chosen = readChoice();
const current = signal<Theme>(effective());

/** The theme in effect. */
export const theme: ReadonlySignal<Theme> = current;

/**
 * Applies the chosen theme, or the system's theme if none is chosen. Follows later changes of the system's
 * theme. Called once.
 */
export function applyTheme(): void {
  preferred.addEventListener('change', show);
  show();
}

/**
 * Switches between light and dark. A choice that equals the system's theme is not stored: the page follows
 * the system.
 */
export function toggleTheme(): void {
  const next = current.value === 'dark' ? 'light' : 'dark';
  chosen = next === systemTheme() ? null : next;
  storeChoice(chosen);
  show();
}

function show(): void {
  if (chosen === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  current.value = effective();
}

function effective(): Theme {
  return chosen ?? systemTheme();
}

function systemTheme(): Theme {
  return preferred.matches ? 'dark' : 'light';
}

/** Reads the stored choice. Returns null if the browser forbids storage (private windows, embedded pages). */
function readChoice(): Theme | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null;
  }
}

function storeChoice(choice: Theme | null): void {
  try {
    if (choice === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // The browser forbids storage.
  }
}
