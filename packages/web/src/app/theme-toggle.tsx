import type { JSX } from 'preact';
import { theme, toggleTheme } from '../shell.ts';

export function ThemeToggle(): JSX.Element {
  const dark = theme.value === 'dark';
  return (
    <button
      type="button"
      class="icon-button"
      aria-pressed={dark}
      aria-label="Dark theme"
      title={dark ? 'Switch to light' : 'Switch to dark'}
      onClick={toggleTheme}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" stroke-width="1.8" />
        <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
      </svg>
    </button>
  );
}
