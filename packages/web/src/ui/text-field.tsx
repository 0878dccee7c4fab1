import type { JSX } from 'preact';
import { Field } from './field.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly error?: string | undefined;
  /** Text in the empty field. It shows the default. */
  readonly placeholder?: string | undefined;
  /** Why the field cannot be changed now, as a sentence; shown instead of the hint. Null if it can be. */
  readonly blocked?: string | null;
  /** Whether phones show a numeric keyboard. */
  readonly numeric?: boolean;
  readonly onInput: (value: string) => void;
}

/**
 * A text input with its label. It is also used for numbers, because a numeric input would round a 64-bit
 * seed.
 */
export function TextField(props: TextFieldProps): JSX.Element {
  const { label, hint, value, error, placeholder, blocked = null, numeric = false, onInput } = props;
  return (
    <Field label={label} hint={blocked ?? hint} error={error ?? null}>
      {(control) => (
        <input
          {...control}
          type="text"
          class={numeric ? 'numbers' : undefined}
          inputMode={numeric ? 'decimal' : 'text'}
          autocomplete="off"
          spellcheck={false}
          value={value}
          placeholder={placeholder}
          disabled={blocked !== null}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
