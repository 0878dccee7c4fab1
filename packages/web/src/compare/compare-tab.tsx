import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { RequestPanel } from '../request/request-panel.tsx';
import { KeyField } from '../server/key-field.tsx';
import { catalog, picked, request, specNamed } from '../stores.ts';
import { bringIntoView } from '../ui/bring-into-view.ts';
import { Note } from '../ui/note.tsx';
import { COMPARE_OFFERS } from './compare-store.ts';
import { compareStore, namesakes } from './compare-stores.ts';
import { DifferenceCard } from './difference-card.tsx';
import { SideCard } from './side-card.tsx';

/** Shows the results of one request on this device and on the server, side by side. */
export function CompareTab(): JSX.Element {
  const compared = compareStore.comparison.value;
  const { status, device, server, shape, columns, error } = compared;
  const images = useRef<HTMLDivElement>(null);
  function begin(): void {
    void compareStore.compare();
    bringIntoView(images.current);
  }

  useEffect(() => {
    const look = new AbortController();
    // A failure is ignored here: the comparison checks again and reports it.
    namesakes.compare(look.signal).catch(() => {});
    return () => look.abort();
  }, [picked.value, catalog.value, request.value.model]);
  return (
    <div class="workbench">
      <RequestPanel
        action="Compare"
        busy={status === 'running'}
        onSubmit={begin}
        onCancel={() => compareStore.cancel()}
        offers={COMPARE_OFFERS}
      >
        <h2>Compare with the server</h2>
      </RequestPanel>
      <div class="stack" ref={images}>
        {isOnlyHere() ? (
          <Note title="Not on the server">
            This model is on this device only. To compare, choose a model that the server has.
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
  'The request is drawn twice: in this browser and by the server. The same seed gives the same initial noise, so both ' +
  'should draw the same picture.';

/** Warns that the two models differ, which explains differences between their images. */
function TwoModels(): JSX.Element | null {
  const files = namesakes.differences.value;
  if (files.length === 0) return null;
  return (
    <Note title="Two different models">
      Your model and one of the server’s are both named {request.value.model} but differ:{' '}
      {files.map(({ path, here, there }) => (
        <span key={path}>
          the SHA-256 of {path} begins with <code>{here.slice(0, 8)}</code> here and with{' '}
          <code>{there.slice(0, 8)}</code> there.{' '}
        </span>
      ))}
      The two models draw different images. To compare the server’s model, reload this page; to compare yours,
      have the server serve it.
    </Note>
  );
}

function isOnlyHere(): boolean {
  const known = catalog.value;
  const { model } = request.value;
  const served = known.state === 'ready' && known.models.some(({ name }) => name === model);
  return specNamed(model) !== null && !served;
}
