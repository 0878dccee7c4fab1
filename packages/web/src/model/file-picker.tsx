import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { Button } from '../ui/button.tsx';
import { announce } from '../ui/live-region.tsx';
import { droppedFiles } from './dropped-files.ts';
import { chosenSpec, openFiles } from './model-store.ts';

/** A model of one's own: picked, or dropped anywhere on the page. */
export function FilePicker(): JSX.Element {
  const single = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<unknown>(null);

  function open(files: readonly File[]): void {
    if (files.length === 0) return;
    setError(null);
    openFiles(files).then(() => announce(`Opened ${chosenSpec.value?.name}`), setError);
  }
  function pick(input: HTMLInputElement): void {
    open([...(input.files ?? [])]);
    // Picking the same again is to open it again.
    input.value = '';
  }

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    // Without this a browser leaves the page and shows the file.
    addEventListener('dragover', (event) => event.preventDefault(), { signal });
    addEventListener(
      'drop',
      (event) => {
        // Another part of the page may take drops of its own, images to train on, say.
        if (event.defaultPrevented || event.dataTransfer === null) return;
        event.preventDefault();
        droppedFiles(event.dataTransfer).then(open, setError);
      },
      { signal },
    );
    return () => stop.abort();
  }, []);

  return (
    <div class="stack">
      <div class="row">
        <Button onClick={() => single.current?.click()}>Open a file</Button>
        <Button onClick={() => folder.current?.click()}>Open a folder</Button>
      </div>
      <p class="hint">
        A .zip, an .onnx or a model’s folder; or drop it anywhere on this page. It stays on this device.
      </p>
      <input
        ref={single}
        type="file"
        accept=".zip,.onnx"
        hidden
        aria-label="A model as .zip or .onnx"
        onChange={(event) => pick(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        // Spread, since TypeScript's attributes lack it; every browser has it.
        {...{ webkitdirectory: true }}
        hidden
        aria-label="A model’s folder"
        onChange={(event) => pick(event.currentTarget)}
      />
      {error === null ? null : <ErrorCard error={error} />}
    </div>
  );
}
