import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { formToQuery } from '../request/link.ts';
import { Button } from '../ui/button.tsx';
import { announce } from '../ui/live-region.tsx';
import type { Drawing } from './drawing-store.ts';
import { encodeFile } from './encode-file.ts';
import type { EncodeTask } from './encode-task.ts';
import { saveFile } from './save-file.ts';

type Done = Extract<Drawing, { status: 'done' }>;

const TYPES: { readonly [K in EncodeTask['kind']]: string } = {
  png: 'image/png',
  gif: 'image/gif',
  npy: 'application/octet-stream',
};

/** Buttons to download the images as files and to copy a link that draws them again. */
export function Downloads({ drawn }: { readonly drawn: Done }): JSX.Element {
  const [failure, setFailure] = useState<unknown>(null);
  const [copied, setCopied] = useState<Done | null>(null);
  const { form, shape, columns, result, frames } = drawn;

  function save(task: EncodeTask): void {
    setFailure(null);
    const name = `${form.model}-seed${form.seed}.${task.kind}`;
    encodeFile(task).then((file) => saveFile(name, TYPES[task.kind], file), setFailure);
  }
  async function copyLink(): Promise<void> {
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
        <Button onClick={() => copyLink().catch(setFailure)}>
          {copied === drawn ? 'Link copied' : 'Copy link'}
        </Button>
        <Button onClick={() => save({ kind: 'png', images: result, shape, columns })}>PNG</Button>
        <Button
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
      <p class="hint">The link draws exactly these images, on any device that has the model.</p>
      {failure === null ? null : <ErrorCard error={failure} />}
    </div>
  );
}
