import type { ComponentProps, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { modelState } from '../stores.ts';
import { asSentence, bytes, counted, countOf, duration } from '../text/format.ts';
import { ImageGrid } from '../ui/image-grid.tsx';
import { Note } from '../ui/note.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { Downloads } from './downloads.tsx';
import type { Drawing } from './drawing.ts';
import type { Favourites } from './favourites.ts';
import { nameOfImage } from './image-name.ts';
import { Replay } from './replay.tsx';

/** Which images of a step to show: the estimate of the finished images, or the noisy images. */
export type View = 'estimate' | 'noisy';

interface StageProps {
  readonly now: Drawing;
  /** Shown before the first step. */
  readonly before: JSX.Element;
  /** Explains what is shown before the first run. */
  readonly hint: string | null;
  /** Names the frame before the first step. Default `noise`. */
  readonly beginning?: string;
  /** The marked images; without them, images cannot be marked. */
  readonly favourites?: Favourites | undefined;
  /** Draws one image of the request alone; without it, the dialog of an image does not offer this. */
  readonly onAgain?: ((number: number) => void) | undefined;
}

/** Shows each step of a run, then a replay of the whole run. */
export function Stage({
  now,
  before,
  hint,
  beginning = 'noise',
  favourites,
  onAgain,
}: StageProps): JSX.Element {
  const [view, setView] = useState<View>('estimate');
  const [scrubbed, setScrubbed] = useState<{ readonly of: unknown; readonly index: number } | null>(null);
  const [opened, setOpened] = useState<number | null>(null);
  const begun = now.status === 'drawing' || now.status === 'cancelled' || now.status === 'done';

  // A scrubber position is valid only for the run in which the visitor chose it.
  const index = begun && scrubbed?.of === now.frames ? scrubbed.index : null;
  const frame = begun ? ((index === null ? null : now.frames[index]) ?? now.latest) : null;
  return (
    <section class="card" aria-label="Images">
      <div class="stage">
        {begun && frame !== null ? (
          <ImageGrid
            images={{ bytes: frame[view], shape: now.shape }}
            label={`${countOf(now.shape[0], 'image')} of ${now.spec.name}, after step ${counted(frame.step)} of ${counted(now.steps)}`}
            columns={now.columns}
            fill
            labelOf={(i) => nameOfImage(now.numbers[i] ?? i, now.form, now.spec)}
            onOpen={now.status === 'done' ? setOpened : undefined}
          />
        ) : (
          before
        )}
      </div>
      <StageProgress now={now} hint={hint} />
      {begun && !(now.status === 'done' && now.frames.length === 1) ? (
        <Replay
          frames={now.frames}
          shown={frame ?? now.latest}
          steps={now.steps}
          beginning={beginning}
          view={view}
          onView={setView}
          onScrub={(at) => setScrubbed({ of: now.frames, index: at })}
        />
      ) : null}
      {begun ? now.notes.map((note) => <Note key={note}>{asSentence(note)}</Note>) : null}
      {now.status === 'done' ? <Downloads drawn={now} /> : null}
      {now.status === 'done' && opened !== null ? (
        <LazyViewer
          drawn={now}
          first={opened}
          onClose={() => setOpened(null)}
          favourites={favourites}
          onAgain={onAgain}
        />
      ) : null}
    </section>
  );
}

type Viewer = typeof import('./image-viewer.tsx')['default'];

/** The viewer; its code is loaded when an image is first opened. */
function LazyViewer(props: ComponentProps<Viewer>): JSX.Element | null {
  // The component is wrapped in an object, because a state setter would call a bare function.
  const [loaded, setLoaded] = useState<{ readonly Viewer: Viewer } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    import('./image-viewer.tsx').then((module) => setLoaded({ Viewer: module.default }), setFailure);
  }, []);
  if (failure !== null) return <ErrorCard error={failure} />;
  return loaded === null ? null : <loaded.Viewer {...props} />;
}

function StageProgress({ now, hint }: Pick<StageProps, 'now' | 'hint'>): JSX.Element | null {
  const model = modelState.value;
  if (now.status === 'preparing' || model.status === 'loading') {
    if (model.status !== 'loading') return <ProgressBar label="Preparing" value={null} />;
    const { loaded, total, cached } = model.summary;
    if (total === 0 || loaded === total) return <ProgressBar label="Starting the model" value={null} />;
    const from = cached > 0 ? 'Reading the model' : 'Downloading the model';
    return <ProgressBar label={from} value={loaded / total} detail={`${bytes(loaded)} of ${bytes(total)}`} />;
  }
  if (now.status === 'none' || now.status === 'failed') {
    return hint === null ? null : <p class="hint">{hint}</p>;
  }
  const { step } = now.latest;
  const taken = step - (now.frames[0]?.step ?? 0);
  const rate = `${((1000 * taken) / Math.max(now.elapsedMs, 1)).toFixed(1)} steps/s`;
  const details = {
    drawing: () => `${rate} · ${duration(now.status === 'drawing' ? now.remainingMs : 0)} left`,
    cancelled: () => 'cancelled',
    // A drawing from the history has no recorded steps.
    done: () => (taken === 0 ? duration(now.elapsedMs) : `${rate} · ${duration(now.elapsedMs)}`),
  };
  return (
    <ProgressBar
      label={`${now.isLead ? 'First image: step' : 'Step'} ${counted(step)} of ${counted(now.steps)}`}
      value={step / now.steps}
      detail={details[now.status]()}
    />
  );
}
