import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  /** `primary`: the one thing to do here. `quiet`: one of many small ones. */
  readonly kind?: 'primary' | 'plain' | 'quiet';
  /** Sends the form that it stands in. */
  readonly submit?: boolean;
  readonly disabled?: boolean;
  /** Where the text alone does not say it. */
  readonly label?: string;
}

export function Button({
  children,
  onClick,
  kind = 'plain',
  submit,
  disabled,
  label,
}: ButtonProps): JSX.Element {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      disabled={disabled ?? false}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
