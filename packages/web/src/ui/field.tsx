import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

/** Attributes that link the control of a field to its label, hint and error. */
interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** Reason why the value is invalid; shown instead of the hint. */
  readonly error?: string | null;
  readonly children: (control: FieldControl) => ComponentChildren;
}

/** A control with a label above and a hint or error below. */
export function Field({ label, hint, error = null, children }: FieldProps): JSX.Element {
  const id = useId();
  const below = error ?? hint;
  const described = below === undefined ? undefined : `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error !== null })}
      {described === undefined ? null : (
        <p id={described} class={error === null ? 'hint' : 'hint wrong'}>
          {below}
        </p>
      )}
    </div>
  );
}
