import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { HistoryStrip } from '../history/history-strip.tsx';
import { ModelFacts } from '../model/model-facts.tsx';
import { change } from '../request/form-signal.ts';
import { formFromQuery, formToQuery, linkProblems, withModelGuidance } from '../request/link.ts';
import type { RequestForm } from '../request/request-form.ts';
import { RequestPanel } from '../request/request-panel.tsx';
import { describeInAddress, route } from '../shell.ts';
import {
  cancel,
  chosenSpec,
  draw,
  drawing,
  drawingOfVisit,
  favouritesOf,
  keepDrawings,
  request,
  runFiles,
  showKept,
  subjectOf,
} from '../stores.ts';
import { bringIntoView } from '../ui/bring-into-view.ts';
import { Note } from '../ui/note.tsx';
import { Estimate } from './estimate.tsx';
import { Examples } from './examples.tsx';
import { NoisePreview } from './noise-preview.tsx';
import { RunButtons } from './run-buttons.tsx';
import { Stage } from './stage.tsx';

keepDrawings(drawing, 'sample');

/** Draws with a model on this device. */
export function SampleTab(): JSX.Element {
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [unknown, setUnknown] = useState<string | null>(null);
  useOpenedLink(setProblems, setUnknown);
  const now = drawing.value;
  const { status } = now;
  const failure = runFiles.failure.value;
  const busy = status === 'preparing' || status === 'drawing';
  const images = useRef<HTMLDivElement>(null);

  function generate(): void {
    setProblems([]);
    setUnknown(null);
    runFiles.beginDrawing();
    void draw();
    bringIntoView(images.current);
  }

  function drawExample(fields: Partial<RequestForm>): void {
    change(fields, request);
    generate();
  }

  function again(number: number): void {
    if (now.status !== 'done' || now.form === null) return;
    change({ ...now.form, images: String(number) }, request);
    runFiles.beginDrawing();
    void draw();
  }

  return (
    <div class="workbench">
      <RequestPanel
        action="Generate"
        busy={busy}
        onSubmit={generate}
        onCancel={cancel}
        actions={<RunButtons />}
        offers={['canvas', 'palette', 'symmetry', 'between']}
        beforeActions={<Estimate />}
      >
        <h2>Draw images</h2>
      </RequestPanel>
      <div class="stack" ref={images}>
        {unknown === null ? null : (
          <Note title={`This page has no tab “${unknown}”`}>Nothing was drawn.</Note>
        )}
        {unknown !== null || problems.length === 0 ? null : (
          <Note title="This link cannot be used as it is">
            It has {problems.join('; ')}. Nothing was drawn. Check the form, then press Generate.
          </Note>
        )}
        {failure === null ? null : <ErrorCard error={failure} />}
        {now.status === 'failed' ? <ErrorCard error={now.error} onRetry={() => void now.retry()} /> : null}
        <Stage
          now={now}
          before={<NoisePreview />}
          hint={
            subjectOf(request.value) === null
              ? null
              : 'This is the initial noise of the seed. Generate turns it into images.'
          }
          favourites={favouritesOf(now)}
          onAgain={again}
        />
        {now.status === 'none' && route.value.query.size === 0 ? <Examples onDraw={drawExample} /> : null}
        <HistoryStrip now={now} />
        <ModelFacts />
      </div>
    </div>
  );
}

/**
 * Draws the request in the address immediately when a link is opened or the page is reloaded. A link with an unknown
 * tab or with {@link linkProblems} is only shown in the form.
 *
 * @param onProblems receives the problems of the link
 * @param onUnknown receives the unknown tab of the link; null for none
 */
function useOpenedLink(
  onProblems: (problems: readonly string[]) => void,
  onUnknown: (tab: string | null) => void,
): void {
  const opened = route.value;
  const linked = opened.tab === 'sample' ? formFromQuery(opened.query) : null;

  // Runs once per opened address.
  useEffect(() => {
    if (opened.tab !== 'sample') return;
    const problems = opened.query.size === 0 ? [] : linkProblems(opened.query);
    onUnknown(opened.unknown);
    onProblems(problems);
    if (linked === null) {
      // Back from another tab: write the request of the shown images into the address.
      const { value } = drawing;
      if (value.status === 'done' && value.form !== null)
        describeInAddress('sample', formToQuery(value.form));
      return;
    }
    request.value = linked;
    // The list of models may not be loaded yet.
    const stop = chosenSpec.subscribe((spec) => {
      if (spec === null || request.value !== linked) return;
      queueMicrotask(() => stop());
      request.value = withModelGuidance(linked, opened.query, spec);
      if (opened.unknown !== null || problems.length > 0) return;
      // Back and Forward show what was drawn in this visit.
      const kept = drawingOfVisit(opened.query);
      void (kept === undefined ? draw() : showKept(kept));
    });
    return stop;
  }, [opened]);
}
