import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { announce } from '../shell.ts';
import { openFiles } from '../stores.ts';
import { FileButton } from '../ui/file-button.tsx';

/** Buttons to open a model from files. Drops are handled by `files/page-drop.ts`. */
export function FilePicker(): JSX.Element {
  const [error, setError] = useState<unknown>(null);

  function open(files: readonly File[]): void {
    setError(null);
    openFiles(files).then(({ name }) => announce(`Opened ${name}`), setError);
  }

  return (
    <div class="stack">
      <div class="row">
        <FileButton text="Open a file" label="A model as .zip or .onnx" accept=".zip,.onnx" onFiles={open} />
        <FileButton text="Open a folder" label="A model’s folder" pick="folder" onFiles={open} />
      </div>
      <p class="hint">
        A .zip, an .onnx or a model’s folder. You can also drop it anywhere on this page. It stays on this
        device.
      </p>
      {error === null ? null : <ErrorCard error={error} />}
    </div>
  );
}
