import type { ComponentChildren, JSX } from 'preact';

interface NoteProps {
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** Something to know, which is no error. */
export function Note({ title, children }: NoteProps): JSX.Element {
  return (
    <div class="note" role="note">
      {title === undefined ? null : <strong>{title}. </strong>}
      {children}
    </div>
  );
}
