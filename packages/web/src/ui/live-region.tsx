import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const message = signal('');

/**
 * Announces a message to screen readers when they are next idle. Use it for rare events such as start and
 * end, not for progress that changes several times a second.
 */
export function announce(text: string): void {
  message.value = text;
}

/** The live region that {@link announce} writes to. Rendered once per page. */
export function LiveRegion(): JSX.Element {
  return (
    <div class="visually-hidden" role="status">
      {message}
    </div>
  );
}
