import type { JSX } from 'preact';
import { Button } from '../ui/button.tsx';
import { describeError } from './describe-error.ts';

interface ErrorCardProps {
  readonly error: unknown;
  /** Adds a button "Try again", for errors that a retry can resolve. */
  readonly onRetry?: () => void;
}

/** Shows an error: what happened, what to do, its code. Screen readers announce it when it appears. */
export function ErrorCard({ error, onRetry }: ErrorCardProps): JSX.Element {
  const { title, message, code } = describeError(error);
  return (
    <div class="card error-card" role="alert">
      <strong>{title}</strong>
      <p>{message}</p>
      <div class="row">
        {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
        {code === null ? null : <code class="quiet">{code}</code>}
      </div>
    </div>
  );
}
