import type { GoldenReport, Model } from '@isonoise/runtime';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { small } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { announce } from '../ui/live-region.tsx';

type Check =
  | { readonly status: 'none' | 'running' }
  | { readonly status: 'done'; readonly report: GoldenReport }
  | { readonly status: 'failed'; readonly error: unknown };

/** Draws the image that the model's maker recorded, and compares. */
export function Verify({ model }: { readonly model: Model }): JSX.Element {
  const [check, setCheck] = useState<Check>({ status: 'none' });
  function verify(): void {
    setCheck({ status: 'running' });
    model.verify().then(
      (report) => {
        setCheck({ status: 'done', report });
        announce(report.ok ? 'Verified' : 'Not the same as recorded');
      },
      (error: unknown) => setCheck({ status: 'failed', error }),
    );
  }
  return (
    <div class="stack">
      <div class="row">
        <Button onClick={verify} resting={check.status === 'running'}>
          {check.status === 'running' ? 'Verifying…' : 'Verify'}
        </Button>
        <p class="hint">Draws the image that the model’s maker recorded, and compares the numbers.</p>
      </div>
      {check.status === 'done' ? <Report report={check.report} /> : null}
      {check.status === 'failed' ? <ErrorCard error={check.error} /> : null}
    </div>
  );
}

function Report({ report: { ok, prediction, image } }: { readonly report: GoldenReport }): JSX.Element {
  return (
    <p class={ok ? 'verdict good' : 'verdict bad'}>
      <strong>{ok ? 'Verified. ' : 'Not the same. '}</strong>
      {ok
        ? 'This device computes what the model’s maker recorded: '
        : 'This device computes something else than the model’s maker recorded; try another provider. '}
      prediction within <span class="numbers">{small(prediction.difference)}</span> of{' '}
      {small(prediction.tolerance)} allowed, image within{' '}
      <span class="numbers">{small(image.difference)}</span> of {small(image.tolerance)}.
    </p>
  );
}
