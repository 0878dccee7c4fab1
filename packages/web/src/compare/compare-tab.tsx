import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { picked } from '../model/model-store.ts';
import { RequestPanel } from '../request/request-panel.tsx';
import { request } from '../request/request-store.ts';
import { catalog } from '../server/catalog.ts';
import { KeyField } from '../server/key-field.tsx';
import { bringIntoView } from '../ui/bring-into-view.ts';
import { Note } from '../ui/note.tsx';
import { cancelComparison, compare, comparison } from './compare-store.ts';
import { DifferenceCard } from './difference-card.tsx';
import { compareNamesakes, namesakeDifferences } from './namesakes.ts';
import { SideCard } from './side-card.tsx';

/** The same request on this device and on the server, side by side. */
export function CompareTab(): JSX.Element {
  const compared = comparison.value;
  const { status, device, server, shape, columns, error } = compared;
  const images = useRef<HTMLDivElement>(null);
  function begin(): void {
    void compare();
    bringIntoView(images.current);
  }

  useEffect(() => {
    const look = new AbortController();
    // Comparing looks again, and says then why it cannot.
    compareNamesakes(look.signal).catch(() => {});
    return () => look.abort();
  }, [picked.value, catalog.value, request.value.model]);
  return (
    <div class="workbench">
      <RequestPanel action="Compare" busy={status === 'running'} onSubmit={begin} onCancel={cancelComparison}>
        <h2>The same, here and there</h2>
      </RequestPanel>
      <div class="stack" ref={images}>
        {isOnlyHere() ? (
          <Note title="Not on the server">
            This model is on this device only; choose one that the server has to compare.
          </Note>
        ) : null}
        <TwoModels />
        {status === 'failed' ? (
          <>
            <ErrorCard error={error} onRetry={begin} />
            <KeyField error={error} onEntered={begin} />
          </>
        ) : null}
        {status === 'none' ? <p class="quiet">{EXPLANATION}</p> : null}
        <div class="sides">
          <SideCard title="This device" side={device} shape={shape} columns={columns} />
          <SideCard title="The server" side={server} shape={shape} columns={columns} />
        </div>
        <DifferenceCard compared={compared} />
      </div>
    </div>
  );
}

const EXPLANATION =
  'One request is drawn twice: in this browser, and by the server. The same seed begins as the same noise, so what ' +
  'comes of it should be the same picture.';

/** What would look like a difference of devices is one of models. */
function TwoModels(): JSX.Element | null {
  const files = namesakeDifferences.value;
  if (files.length === 0) return null;
  return (
    <Note title="Two different models">
      Your model and one of the server’s are both named {request.value.model}, but are not the same:{' '}
      {files.map(({ path, here, there }) => (
        <span key={path}>
          the SHA-256 of {path} begins with <code>{here.slice(0, 8)}</code> here and with{' '}
          <code>{there.slice(0, 8)}</code> there.{' '}
        </span>
      ))}
      Compared, they draw different images. To compare the server’s, reload this page; to compare yours, have
      the server serve it.
    </Note>
  );
}

function isOnlyHere(): boolean {
  const known = catalog.value;
  const { model } = request.value;
  const served = known.state === 'ready' && known.models.some(({ name }) => name === model);
  return picked.value?.spec.name === model && !served;
}
