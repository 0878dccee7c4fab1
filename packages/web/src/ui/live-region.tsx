import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const message = signal('');

/**
 * Has a screen reader say something when it is next silent. For what is worth saying once: begun, halfway, done.
 * What changes several times a second would drown everything else.
 */
export function announce(text: string): void {
  message.value = text;
}

/** Stands once in the page. */
export function LiveRegion(): JSX.Element {
  return (
    <div class="visually-hidden" role="status">
      {message}
    </div>
  );
}
