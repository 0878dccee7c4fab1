import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { saveFile } from '../sample/save-file.ts';
import { goTo } from '../shell.ts';
import { openFiles } from '../stores.ts';
import { bytes, countOf, small } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import type { ExportedModel } from './training-protocol.ts';

/** Shows an exported model, with buttons to draw with it and to download it. */
export function ExportedCard({ model }: { readonly model: ExportedModel }): JSX.Element {
  const { name, zip, step, largestDifference } = model;
  const [error, setError] = useState<unknown>(null);
  const file = `${name}.zip`;
  function draw(): void {
    setError(null);
    openFiles([new File([zip], file, { type: 'application/zip' })]).then(() => goTo('sample'), setError);
  }
  return (
    <div class="card">
      <h2>Your model</h2>
      <p class="hint">
        {file}, {bytes(zip.length)}, after {countOf(step, 'step')}. The outputs of its ONNX graph and of
        TensorFlow.js differ by at most {small(largestDifference)}. <code>pnpm sample {file}</code> draws with
        it on the command line.
      </p>
      <div class="row">
        <Button kind="primary" onClick={draw}>
          Draw with it
        </Button>
        <Button onClick={() => saveFile(file, 'application/zip', zip)}>Download</Button>
      </div>
      {error === null ? null : <ErrorCard error={error} />}
    </div>
  );
}
