import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { FORM_HEADING, RUN_HEADING } from './heading.ts';
import { ImageLookCard } from './image-look-card.tsx';
import { Introduction } from './introduction.tsx';
import { KeptRunList } from './kept-run-list.tsx';
import { mayLeave } from './may-leave.ts';
import { folderOf } from './picked-folder.ts';
import { RunPanel } from './run-panel.tsx';
import { TrainSettings } from './train-settings.tsx';
import { looks, takeFolder, trainingStore } from './training-stores.ts';
import { isBusy, stepsAtRisk, type TrainingView } from './training-view.ts';
import './train.css';
import { dropHandler, route } from '../shell.ts';

/**
 * Trains in this browser. Training continues while other tabs are shown, and can be resumed after a reload.
 */
export function TrainTab(): JSX.Element {
  const view = trainingStore.view.value;
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (stepsAtRisk(trainingStore.view.value) > 0) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, []);

  const { phase, run } = view;
  const current = run?.record.name ?? null;
  useFocusOnHeading(view);
  const isShown = route.value.tab === 'train';
  useEffect(() => {
    if (!isShown) return;
    dropHandler.value = (files) => takeFolder(folderOf(files));
    return () => {
      dropHandler.value = null;
    };
  }, [isShown]);
  // The form is memoized, because otherwise each step of a run would render it again.
  const form = useMemo(() => <TrainSettings phase={phase} current={current} />, [phase, current]);
  const isIdle = phase === 'idle';
  return (
    <div class={isIdle ? 'workbench' : 'workbench with-run'}>
      <div class="stack">
        {form}
        {isIdle ? null : <ImagesOfNextRun />}
        <KeptRunList
          current={current}
          busy={isBusy(view)}
          onOpen={(name) => {
            if (!mayLeave(view)) return;
            setError(null);
            trainingStore.show(name).catch(setError);
          }}
          onDeleted={(name) => {
            if (name === current) trainingStore.close();
          }}
          onError={setError}
        />
        {error === null ? null : <ErrorCard error={error} />}
      </div>
      {isIdle ? <BeforeTheRun /> : <RunPanel view={view} />}
    </div>
  );
}

/**
 * Moves the focus to the heading of a run when it begins or is opened, which also scrolls to it on a phone. Moves the
 * focus to the form when a run is closed, because the pressed button disappears.
 */
function useFocusOnHeading({ phase, run }: TrainingView): void {
  const shown = phase === 'idle' ? 'form' : phase === 'preparing' && run === null ? 'beginning' : 'run';
  const before = useRef(shown);
  useEffect(() => {
    const isNew = before.current !== shown && !(before.current === 'beginning' && shown === 'run');
    before.current = shown;
    if (isNew) document.getElementById(shown === 'form' ? FORM_HEADING : RUN_HEADING)?.focus();
  }, [shown]);
}

/** Shows the facts about the images that are chosen for the next run, while a run is shown. */
function ImagesOfNextRun(): JSX.Element | null {
  const state = looks.state.value;
  const { stage, look, error } = state;
  return (stage ?? look ?? error) ? <ImageLookCard state={state} /> : null;
}

/** Shows the facts about the images or, without images, an introduction to training. */
function BeforeTheRun(): JSX.Element {
  const state = looks.state.value;
  const { stage, look, error } = state;
  return (stage ?? look ?? error) ? <ImageLookCard state={state} /> : <Introduction />;
}
