import { scheduleWarning } from '@isonoise/train';
import type { JSX } from 'preact';
import { ErrorCard } from '../errors/error-card.tsx';
import { counted, countOf, duration } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { ImageGrid } from '../ui/image-grid.tsx';
import { Note } from '../ui/note.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { ExportedCard } from './exported-card.tsx';
import { RUN_HEADING } from './heading.ts';
import { LossChart } from './loss-chart.tsx';
import { mayLeave } from './may-leave.ts';
import { drawWithRun, trainingStore } from './training-stores.ts';
import type { RunView, TrainingView } from './training-view.ts';

/** Shows a run: progress, actions, notes, loss curve and samples. */
export function RunPanel({ view }: { readonly view: TrainingView }): JSX.Element {
  const { run, error, exported, remarks } = view;
  const warning = run === null ? null : scheduleWarning(run.record.config.schedule);
  return (
    <div class="stack">
      <div class="card">
        <h2 id={RUN_HEADING} tabIndex={-1}>
          {run === null ? 'A new run' : `Run ${run.record.name}`}
        </h2>
        <Progress view={view} />
        <Actions view={view} />
        {run === null ? null : <Facts run={run} />}
      </div>
      {error === null ? null : <ErrorCard error={error} />}
      {view.unsaved === null ? null : (
        <Note title={`The network after step ${counted(view.unsaved)} is not stored`}>
          It is only in the memory of this page. To keep it, export the model and download the file. Or make
          room: delete runs here, or drawings and models on the Sample tab. Resume then stores the network and
          continues.
        </Note>
      )}
      {remarks.length === 0 ? null : (
        <Note title="About these images">
          <ul class="remarks">
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </Note>
      )}
      {warning === null ? null : (
        <Note title="Sampling will start at a noise level that the model is not trained on">{warning}</Note>
      )}
      {run === null || run.damaged.length === 0 ? null : (
        <Note title="An earlier checkpoint is used">{run.damaged.join(' ')}</Note>
      )}
      {exported === null ? null : <ExportedCard model={exported} />}
      {run === null ? null : (
        <div class="card">
          <h2>Loss</h2>
          <LossChart run={run} />
        </div>
      )}
      {run === null ? null : <Samples run={run} />}
    </div>
  );
}

function Progress({ view: { phase, stage, run } }: { readonly view: TrainingView }): JSX.Element | null {
  if (stage !== null) return <ProgressBar label={stage.text} value={stage.done} />;
  if (run === null) return phase === 'failed' ? null : <ProgressBar label="Starting" value={null} />;
  const { step, imagesPerSecond, secondsLeft, record } = run;
  const rate =
    (phase === 'training' || phase === 'pausing') && imagesPerSecond > 0
      ? `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s, ${duration(1000 * secondsLeft)} left`
      : PHASES[phase];
  const { steps } = record.config;
  return (
    <ProgressBar label={`Step ${counted(step)} of ${counted(steps)}`} value={step / steps} detail={rate} />
  );
}

const PHASES: { readonly [P in TrainingView['phase']]: string } = {
  idle: '',
  preparing: 'preparing',
  training: 'the first step',
  pausing: 'finishing the step',
  paused: 'paused, saved',
  done: 'done, saved',
  exporting: 'exporting',
  failed: 'stopped',
};

function Actions({ view }: { readonly view: TrainingView }): JSX.Element {
  const { phase, run, unsaved } = view;
  const still = phase === 'paused' || phase === 'done' || phase === 'failed';
  const unready = still ? null : 'The model is being exported.';
  const saved = run?.savedStep ?? 0;
  // If a run was paused after the last step, its last samples still have to be drawn.
  const unfinished = run !== null && (saved < run.record.config.steps || phase === 'paused');
  const pausable = phase === 'preparing' || phase === 'training' || phase === 'pausing';
  // All actions use the same button element, so that it keeps the keyboard focus.
  const main = pausable
    ? {
        text: 'Pause',
        act: trainingStore.pause,
        blocked:
          phase === 'training'
            ? null
            : `The run is ${phase === 'pausing' ? 'being paused' : 'being prepared'}.`,
      }
    : unfinished
      ? { text: 'Resume', act: trainingStore.resume, blocked: unready }
      : { text: 'Export the model', act: trainingStore.exportModel, blocked: unready };
  return (
    <div class="row">
      {pausable || unfinished || saved > 0 ? (
        <Button kind="primary" blocked={main.blocked} onClick={main.act}>
          {main.text}
        </Button>
      ) : null}
      {!pausable && unfinished && (saved > 0 || unsaved !== null) ? (
        <Button blocked={unready} onClick={trainingStore.exportModel}>
          Export the model
        </Button>
      ) : null}
      {saved > 0 && run !== null ? (
        <Button onClick={() => void drawWithRun(run.record.name)}>Draw with it</Button>
      ) : null}
      {phase === 'pausing' ? null : (
        <Button onClick={() => mayLeave(view) && trainingStore.close()}>{still ? 'Close' : 'Stop'}</Button>
      )}
    </div>
  );
}

function Facts({ run: { record, engine, savedStep } }: { readonly run: RunView }): JSX.Element {
  const { images, shape, classNames, config } = record;
  const classes = classNames === null ? 'no classes' : countOf(classNames.length, 'class', 'classes');
  return (
    <p class="hint">
      {countOf(images, 'image')} of {shape.width} × {shape.height}, {classes};{' '}
      {countOf(config.batchSize, 'image')} per step, seed {config.seed}
      {engine === null ? '' : `; ${engine}`}.{' '}
      {savedStep === 0 ? 'Not saved yet.' : `Saved at step ${counted(savedStep)}; you can resume from there.`}
    </p>
  );
}

function Samples({ run: { samples, record } }: { readonly run: RunView }): JSX.Element {
  return (
    <div class="card">
      <h2>Samples</h2>
      {samples === null ? (
        <p class="hint">
          Every {countOf(record.config.sampleEvery, 'step')}, the model draws images from the same noise. They
          become clearer over time.
        </p>
      ) : (
        <>
          <div class="stage">
            <ImageGrid
              images={samples.images}
              columns={5}
              label={`${countOf(samples.images.shape[0], 'image')} drawn by the model after ${countOf(samples.step, 'step')}`}
            />
          </div>
          <p class="hint">Drawn after {countOf(samples.step, 'step')}, always from the same noise.</p>
        </>
      )}
    </div>
  );
}
