import type { GoldenReport, Model } from '@isonoise/runtime';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { announce } from '../shell.ts';
import { small } from '../text/format.ts';
import { Button } from '../ui/button.tsx';

type Check =
  | { readonly status: 'none' | 'running' }
  | { readonly status: 'done'; readonly report: GoldenReport }
  | { readonly status: 'failed'; readonly error: unknown };

/** Draws the model's golden image and compares it with the recorded one. */
export function Verify({ model }: { readonly model: Model }): JSX.Element {
  const [check, setCheck] = useState<Check>({ status: 'none' });
  function verify(): void {
    setCheck({ status: 'running' });
    model.verify().then(
      (report) => {
        setCheck({ status: 'done', report });
        announce(report.ok ? 'Verified' : 'Not as recorded');
      },
      (error: unknown) => setCheck({ status: 'failed', error }),
    );
  }
  return (
    <div class="stack">
      <div class="row">
        <Button onClick={verify} blocked={check.status === 'running' ? 'The model is being verified.' : null}>
          {check.status === 'running' ? 'Verifying…' : 'Verify'}
        </Button>
        <p class="hint">Draws the image that the model’s author recorded, and compares the numbers.</p>
      </div>
      {check.status === 'done' ? <Report report={check.report} /> : null}
      {check.status === 'failed' ? <ErrorCard error={check.error} /> : null}
    </div>
  );
}

function Report({ report: { ok, prediction, image } }: { readonly report: GoldenReport }): JSX.Element {
  return (
    <p class={ok ? 'verdict good' : 'verdict bad'}>
      <strong>{ok ? 'Verified. ' : 'Not as recorded. '}</strong>
      {ok
        ? 'This device computes what the model’s author recorded. '
        : 'This device does not compute what the model’s author recorded. Try another provider. '}
      The prediction differs by <span class="numbers">{small(prediction.difference)}</span> (limit{' '}
      {small(prediction.tolerance)}), the image by <span class="numbers">{small(image.difference)}</span>{' '}
      (limit {small(image.tolerance)}).
    </p>
  );
}
