import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { goTo } from '../app/navigation.ts';
import { ErrorCard } from '../errors/error-card.tsx';
import { openFiles } from '../model/model-store.ts';
import { saveFile } from '../sample/save-file.ts';
import { bytes, small } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import type { ExportedModel } from './training-protocol.ts';

/** What an export made: to be drawn with here, and to be taken away. */
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
        {file}, {bytes(zip.length)}: after {step} steps. Its ONNX graph and TensorFlow.js differ by{' '}
        {small(largestDifference)} at most. <code>pnpm sample {file}</code> draws with it on a computer.
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
