import { codeOf } from '@isonoise/error';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { apiKey } from '../stores.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';

interface KeyFieldProps {
  readonly error: unknown;
  /** Called once the key is set, to retry the failed request. */
  readonly onEntered: () => void;
}

/** Asks for the API key if the error says that the server requires one; otherwise shows nothing. */
export function KeyField({ error, onEntered }: KeyFieldProps): JSX.Element | null {
  const [typed, setTyped] = useState('');
  if (codeOf(error) !== 'KEY_REQUIRED') return null;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        apiKey.value = typed.trim();
        onEntered();
      }}
    >
      <Field label="API key" hint="Sent only to this server, and forgotten when the page is closed.">
        {(control) => (
          <input
            {...control}
            type="password"
            autocomplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      <Button submit>Use this key</Button>
    </form>
  );
}
