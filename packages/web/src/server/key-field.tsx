import { codeOf } from '@isonoise/error';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { apiKey } from './call-server.ts';

interface KeyFieldProps {
  readonly error: unknown;
  /** The key is set: what failed can be tried again. */
  readonly onEntered: () => void;
}

/** Asks for the server's key, where an error says that it wants one; otherwise nothing. */
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
      <Field label="API key" hint="Sent to this server only, and forgotten when the page is closed.">
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
