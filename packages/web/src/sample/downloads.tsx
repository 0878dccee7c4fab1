import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { formToQuery } from '../request/link.ts';
import type { RequestForm } from '../request/request-form.ts';
import { announce } from '../shell.ts';
import { download, keepsRequest } from '../stores.ts';
import { Button } from '../ui/button.tsx';
import { CheckField } from '../ui/check-field.tsx';
import type { DoneDrawing } from './drawing.ts';
import { drawnFileName } from './drawn-name.ts';
import type { EncodeTask } from './encode-task.ts';
import { describeRecord } from './png-request.ts';

/** Buttons to download the images as files and to copy a link that draws them again. */
export function Downloads({ drawn }: { readonly drawn: DoneDrawing }): JSX.Element {
  const [failure, setFailure] = useState<unknown>(null);
  const [copied, setCopied] = useState<DoneDrawing | null>(null);
  const { form, shape, columns, result, frames, record } = drawn;

  function save(task: EncodeTask): void {
    setFailure(null);
    download(drawnFileName(drawn), task).catch(setFailure);
  }
  async function copyLink(form: RequestForm): Promise<void> {
    if (!('clipboard' in navigator))
      throw new Error(
        'link: the clipboard is not available to a page without HTTPS. Copy the address of this page instead.',
      );
    const address = new URL(`#/sample?${formToQuery(form)}`, location.href);
    await navigator.clipboard.writeText(address.href);
    setCopied(drawn);
    announce('Link copied');
  }

  return (
    <div class="stack">
      <div class="row">
        {form === null ? null : (
          <Button onClick={() => copyLink(form).catch(setFailure)}>
            {copied === drawn ? 'Link copied' : 'Copy link'}
          </Button>
        )}
        <Button
          onClick={() =>
            save({ kind: 'png', images: result, shape, columns, record: keepsRequest.value ? record : null })
          }
        >
          PNG
        </Button>
        <Button
          // An earlier drawing has no steps until it is drawn again.
          blocked={
            frames.length < 2 ? 'The steps are not kept. Draw the images again for an animation.' : null
          }
          onClick={() =>
            save({ kind: 'gif', frames: frames.slice(1).map(({ noisy }) => noisy), shape, columns })
          }
        >
          GIF
        </Button>
        <Button
          label="NPY: the values, for NumPy"
          onClick={() => save({ kind: 'npy', images: result, shape })}
        >
          NPY
        </Button>
      </div>
      {record === null ? null : (
        <CheckField
          label={describeRecord(record)}
          checked={keepsRequest.value}
          onChange={(keeps) => {
            keepsRequest.value = keeps;
          }}
        />
      )}
      {form === null ? null : (
        <p class="hint">
          The link draws these images on any device that has the model. Between devices, a pixel may differ by
          one grey level.
        </p>
      )}
      {failure === null ? null : <ErrorCard error={failure} />}
    </div>
  );
}
