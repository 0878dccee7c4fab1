import { recordOfImage } from '@isonoise/runtime';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { layersOf } from '../edit/layer-values.ts';
import { isPaintable } from '../edit/layers.ts';
import { ErrorCard } from '../errors/error-card.tsx';
import { isBetween } from '../request/between-texts.ts';
import { Button } from '../ui/button.tsx';
import type { DoneDrawing } from './drawing.ts';
import { drawnFileName, drawnName } from './drawn-name.ts';
import type { EncodeTask } from './encode-task.ts';
import type { Favourites } from './favourites.ts';
import { classOfImage, nameOfImage } from './image-name.ts';
import { LargeImage } from './large-image.tsx';
import type { PinnedImage } from './pinned-image.ts';
import './image-viewer.css';
import { announce } from '../shell.ts';
import { download, editPicture, encoder, keepsRequest, pinned } from '../stores.ts';

interface ImageViewerProps {
  readonly drawn: DoneDrawing;
  /** Position of the image that is opened first. */
  readonly first: number;
  readonly onClose: () => void;
  /** The marked images; without them, images cannot be marked. */
  readonly favourites?: Favourites | undefined;
  /** Draws one image of the request alone. */
  readonly onAgain?: ((number: number) => void) | undefined;
}

/** Shows one image of a drawing, as large as the window allows, with sharp pixels. Arrow keys show the other images. */
export default function ImageViewer({
  drawn,
  first,
  onClose,
  onAgain,
  favourites,
}: ImageViewerProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [at, setAt] = useState(first);
  const [failure, setFailure] = useState<unknown>(null);
  const { numbers, shape, form, spec, seed } = drawn;
  const count = shape[0];
  const number = numbers[at] ?? at;
  const name = nameOfImage(number, form, spec);
  useEffect(() => dialog.current?.showModal(), []);

  const go = (index: number): void => {
    if (index >= 0 && index < count) setAt(index);
  };
  const size = shape[1] * shape[2] * shape[3];
  const bytes = useMemo(() => drawn.latest.noisy.subarray(at * size, (at + 1) * size), [drawn.latest, at]);
  const shown: PinnedImage = {
    bytes,
    shape: [shape[1], shape[2], shape[3]],
    caption: `${name} of ${drawnName(drawn)}`,
  };
  const beside = pinned.value;
  const isFavourite = favourites?.marked.includes(at) === true;
  const fileName = `${drawnFileName(drawn)}-image${number}`;
  const keys: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: count - 1,
  };
  function onKeyDown(event: TargetedKeyboardEvent<HTMLDialogElement>): void {
    const next = keys[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  }
  function edit(vary: boolean): void {
    const [, channels, height, width] = shape;
    if (!isPaintable(channels)) return;
    const values = drawn.result.subarray(at * size, (at + 1) * size);
    onClose();
    const request = form === null ? null : { ...form, class: classOfImage(number, form, spec) };
    editPicture({ layers: layersOf(values, { width, height }, channels), form: request, vary });
  }
  const attempt = (act: () => Promise<void>): void => {
    setFailure(null);
    act().catch(setFailure);
  };

  return (
    <dialog
      ref={dialog}
      class="image-viewer"
      aria-label={name}
      onClose={onClose}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        // A click on the backdrop has the dialog as its target.
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="image-viewer-content">
        <div class={beside === null ? '' : 'image-pair'}>
          {beside === null ? null : (
            <figure>
              <LargeImage {...beside} label={`Pinned: ${beside.caption}`} />
              <figcaption class="hint">{beside.caption}</figcaption>
            </figure>
          )}
          <figure>
            <LargeImage {...shown} label={name} />
            {beside === null ? null : <figcaption class="hint">{shown.caption}</figcaption>}
          </figure>
        </div>
        <p class="row spread">
          <strong>{name}</strong>
          <span class="quiet numbers">
            {seed === null ? null : `seed ${seed} · `}
            {at + 1} of {count} · {shape[3]} × {shape[2]}
          </span>
        </p>
        <div class="row">
          <Button blocked={at === 0 ? 'This is the first image.' : null} onClick={() => go(at - 1)}>
            Previous
          </Button>
          <Button blocked={at === count - 1 ? 'This is the last image.' : null} onClick={() => go(at + 1)}>
            Next
          </Button>
          {onAgain === undefined || form === null || count === 1 || isBetween(form) ? null : (
            <Button
              onClick={() => {
                onClose();
                onAgain(number);
              }}
            >
              Draw only this one
            </Button>
          )}
          <Button kind="primary" onClick={() => attempt(() => download(fileName, taskOf(drawn, at)))}>
            Save as PNG
          </Button>
          <Button onClick={() => attempt(() => copy(taskOf(drawn, at)))}>Copy</Button>
          {isPaintable(shape[1]) ? (
            <>
              <Button onClick={() => edit(false)}>Edit</Button>
              <Button label="Variations of this image" onClick={() => edit(true)}>
                Variations
              </Button>
            </>
          ) : null}
          {favourites === undefined ? null : (
            <Button label="Favourite" pressed={isFavourite} onClick={() => favourites.toggle(at)}>
              {isFavourite ? '★ Favourite' : '☆ Favourite'}
            </Button>
          )}
          <Button
            label={beside === null ? 'Pin: show this image beside others' : 'Unpin the other image'}
            onClick={() => {
              pinned.value = beside === null ? shown : null;
            }}
          >
            {beside === null ? 'Pin' : 'Unpin'}
          </Button>
          <Button onClick={() => dialog.current?.close()}>Close</Button>
        </div>
        {failure === null ? null : <ErrorCard error={failure} />}
      </div>
    </dialog>
  );
}

/** The file of one image, as `pnpm sample` writes a single image. */
function taskOf(
  { result, shape: [, channels, height, width], record }: ImageViewerProps['drawn'],
  at: number,
): EncodeTask {
  const size = channels * height * width;
  return {
    kind: 'png',
    images: result.slice(at * size, (at + 1) * size),
    shape: [1, channels, height, width],
    columns: undefined,
    record: record === null || !keepsRequest.value ? null : recordOfImage(record, at),
  };
}

async function copy(task: EncodeTask): Promise<void> {
  if (!('clipboard' in navigator))
    throw new Error('copy: the clipboard is not available to a page without HTTPS. Save the image instead.');
  const file = encoder.encode(task).then((bytes) => new Blob([bytes], { type: 'image/png' }));
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': file })]);
  announce('Image copied');
}
