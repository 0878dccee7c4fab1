import { type ReadonlySignal, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'isonoise.theme';
const preferred = matchMedia('(prefers-color-scheme: dark)');

/** What the visitor chose here; null follows the system. */
let chosen = readChoice();
const current = signal<Theme>(effective());

/** The theme that is shown. */
export const theme: ReadonlySignal<Theme> = current;

/** Shows the chosen theme, or the system's, and follows the system as it changes. Called once. */
export function applyTheme(): void {
  preferred.addEventListener('change', show);
  show();
}

/** Light to dark and back; a choice that equals the system's is no choice, and follows it again. */
export function toggleTheme(): void {
  const wanted = current.value === 'dark' ? 'light' : 'dark';
  chosen = wanted === systemTheme() ? null : wanted;
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

/** Storage may be forbidden (private windows, embedded pages): the choice then lasts as long as the page. */
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
    // See readChoice.
  }
}
