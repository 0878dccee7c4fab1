import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  /** `primary`: the main action. `quiet`: one of many small actions. */
  readonly kind?: 'primary' | 'plain' | 'quiet';
  /** Whether the button submits its form. */
  readonly submit?: boolean;
  readonly disabled?: boolean;
  /**
   * Like `disabled`, but the button keeps the focus. For buttons that are disabled when they or their neighbours are
   * pressed.
   */
  readonly resting?: boolean;
  /** Whether a toggle button is pressed. */
  readonly pressed?: boolean;
  /** Accessible name and tooltip, if the text is not sufficient. */
  readonly label?: string;
}

export function Button({
  children,
  onClick,
  kind = 'plain',
  submit,
  disabled,
  resting = false,
  pressed,
  label,
}: ButtonProps): JSX.Element {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      disabled={disabled ?? false}
      aria-disabled={resting || undefined}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={resting ? refuse : onClick}
    >
      {children}
    </button>
  );
}

/** Ignores the click; a submit button must not submit its form. */
function refuse(event: Event): void {
  event.preventDefault();
}
