import type { ComponentChildren, JSX } from 'preact';

interface NoteProps {
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** A note that is not an error. */
export function Note({ title, children }: NoteProps): JSX.Element {
  return (
    <div class="note" role="note">
      {title === undefined ? null : <strong>{title}. </strong>}
      {children}
    </div>
  );
}
