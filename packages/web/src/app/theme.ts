import { type ReadonlySignal, signal } from '@preact/signals';

type Theme = 'light' | 'dark';

/** The colours of the page. */
export interface ThemeStore {
  /** The theme in effect. */
  readonly theme: ReadonlySignal<Theme>;
  /**
   * Applies the chosen theme, or the system's theme if none is chosen. Follows later changes of the system's theme. Called
   * once.
   */
  readonly applyTheme: () => void;
  /**
   * Switches between light and dark. A choice that equals the system's theme is not stored: the page follows the system.
   */
  readonly toggleTheme: () => void;
}

const KEY = 'isonoise.theme';

/** @param preferred whether the system prefers a dark theme */
export function createThemeStore(
  preferred: Pick<MediaQueryList, 'matches' | 'addEventListener'>,
): ThemeStore {
  const systemTheme = (): Theme => (preferred.matches ? 'dark' : 'light');
  /** The visitor's choice; null follows the system. */
  let chosen = readChoice();
  const theme = signal<Theme>(chosen ?? systemTheme());
  function show(): void {
    if (chosen === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    theme.value = chosen ?? systemTheme();
  }
  return {
    theme,
    applyTheme() {
      preferred.addEventListener('change', show);
      show();
    },
    toggleTheme() {
      const next = theme.value === 'dark' ? 'light' : 'dark';
      chosen = next === systemTheme() ? null : next;
      storeChoice(chosen);
      show();
    },
  };
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
