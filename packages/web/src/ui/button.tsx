import type { ComponentChildren, JSX } from 'preact';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  /** `primary`: the main action. `quiet`: one of many small actions. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | undefined;
  /** Whether the button submits its form. */
  readonly submit?: boolean;
  /**
   * Why the button has no effect now, as a sentence; null if it has. The reason is the tooltip and the description for
   * screen readers. Unlike a disabled button, a blocked one keeps the focus.
   */
  readonly blocked?: string | null;
  /** Called when the blocked button is clicked, for example to show the reason, because touch screens have no tooltips. */
  readonly onRefuse?: () => void;
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
  blocked = null,
  onRefuse,
  pressed,
  label,
}: ButtonProps): JSX.Element {
  /** Ignores the click; a submit button must not submit its form. */
  function refuse(event: Event): void {
    event.preventDefault();
    onRefuse?.();
  }
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      aria-disabled={blocked !== null || undefined}
      aria-label={label}
      aria-pressed={pressed}
      title={blocked ?? label}
      onClick={blocked === null ? onClick : refuse}
    >
      {children}
    </button>
  );
}
