import type { JSX } from 'preact';
import { message } from '../shell.ts';

/** The live region that shows the announced messages. Rendered once per page. */
export function LiveRegion(): JSX.Element {
  return (
    <div class="visually-hidden" role="status">
      {message}
    </div>
  );
}
