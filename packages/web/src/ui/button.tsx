import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  /** `primary`: the one thing to do here. `quiet`: one of many small ones. */
  readonly kind?: 'primary' | 'plain' | 'quiet';
  /** Sends the form that it stands in. */
  readonly submit?: boolean;
  readonly disabled?: boolean;
  /** As `disabled`, for a button that is out of use because it, or its neighbour, was pressed: it keeps the focus. */
  readonly resting?: boolean;
  /** Where the text alone does not say it. */
  readonly label?: string;
}

export function Button({
  children,
  onClick,
  kind = 'plain',
  submit,
  disabled,
  resting = false,
  label,
}: ButtonProps): JSX.Element {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      disabled={disabled ?? false}
      aria-disabled={resting || undefined}
      aria-label={label}
      title={label}
      onClick={resting ? refuse : onClick}
    >
      {children}
    </button>
  );
}

/** Of a button that would send its form, too. */
function refuse(event: Event): void {
  event.preventDefault();
}
