import type { ModelSpec } from '@isonoise/bundle';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Latest } from '../async/latest.ts';
import { ErrorCard } from '../errors/error-card.tsx';
import { HistoryStrip } from '../history/history-strip.tsx';
import { RequestPanel } from '../request/request-panel.tsx';
import { sizeError } from '../request/size-error.ts';
import type { Drawing } from '../sample/drawing.ts';
import { Stage } from '../sample/stage.tsx';
import { bringIntoView } from '../ui/bring-into-view.ts';
import { ImageGrid } from '../ui/image-grid.tsx';
import { Note } from '../ui/note.tsx';
import { BetweenPanel } from './between-panel.tsx';
import { CanvasCard } from './canvas-card.tsx';
import { readEdit } from './edit-fields.ts';
import { EditOptions } from './edit-options.tsx';
import { fits } from './edit-store.ts';
import {
  canvasKeeper,
  changeEdit,
  EDIT_OFFERS,
  editFields,
  editForm,
  editRunner,
  editStore,
  editSubject,
  lastImages,
  paintStore,
  takeHandoff,
  takeRestored,
  takeSource,
} from './edit-stores.ts';
import { FitFields } from './fit-fields.tsx';
import { KeptCanvasNote } from './kept-canvas-note.tsx';
import { hasMask, isPaintable, type Layers } from './layers.ts';
import { MarginFields } from './margin-fields.tsx';
import { windowCount } from './margins.ts';
import { openMask } from './open-mask.ts';
import { DEFAULT_FITTING, type Fitting, openPicture } from './open-picture.ts';
import { historyKey } from './shortcuts.ts';
import { useAddressedEdit } from './use-addressed-edit.ts';
import { useDroppedPicture } from './use-dropped-picture.ts';
import { useKeptCanvas } from './use-kept-canvas.ts';
import { useLive } from './use-live.ts';
import { Ways } from './ways.tsx';
import './edit.css';
import { announce, route } from '../shell.ts';
import {
  chosenSpec,
  editedDrawing,
  favouritesOf,
  handoff,
  keepDrawings,
  restoredBetween,
  shownId,
} from '../stores.ts';

keepDrawings(editRunner.drawing, 'edit');

const NO_SOURCE =
  'The picture, the mask and the settings of this edit are not stored. The canvas is unchanged.';
const NO_PICTURE = 'The clipboard has no picture. Copy one, then paste it again.';

/** The tab that edits a whole picture or a masked part of it. */
export function EditTab(): JSX.Element {
  const [note, setNote] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  /** Whether an opened file contains a request for images between two pictures. */
  const [restored, setRestored] = useState(false);
  const [fitting, setFitting] = useState<Fitting>(DEFAULT_FITTING);
  /** Identifies the latest file, because an earlier file may be read later. */
  const reading = useRef(new Latest());
  /** The file that was opened last, and its picture before any painting. */
  const last = useRef<{ readonly file: File; readonly layers: Layers } | null>(null);
  const results = useRef<HTMLDivElement>(null);
  const spec = chosenSpec.value;
  const layers = paintStore.layers.value;
  const now = editRunner.drawing.value;
  const isOpen = route.value.tab === 'edit';
  const busy = now.status === 'preparing' || now.status === 'drawing';
  const masked = layers !== null && hasMask(layers);
  const subject = editSubject(editForm.value);
  const read = subject === null ? null : readEdit(editFields.value, masked, subject.asked.steps);

  function open(file: File, how: Fitting = fitting): void {
    setFailure(null);
    setNote(null);
    const chosen = chosenSpec.value;
    if (chosen === null || !isPaintable(chosen.image.channels)) return;
    const isLatest = reading.current.begin();
    openPicture(file, chosen.image, chosen.image.channels, how)
      .then((opened) => {
        if (!isLatest()) return;
        if (chosenSpec.value !== chosen) {
          // A different model was chosen while the file was read. Fit the picture to that one.
          open(file, how);
          return;
        }
        paintStore.open(opened.layers);
        last.current = { file, layers: opened.layers };
        setNote(opened.note);
        announce(opened.note ?? `${file.name} is on the canvas`);
      })
      .catch((error: unknown) => {
        if (isLatest()) setFailure(error);
      });
  }
  function openMaskFile(file: File): void {
    setFailure(null);
    const { value: canvas } = paintStore.layers;
    if (canvas === null) return;
    const isLatest = reading.current.begin();
    openMask(file, canvas)
      .then((mask) => {
        if (!isLatest()) return;
        const { value: current } = paintStore.layers;
        if (current?.width !== canvas.width || current.height !== canvas.height) {
          // The size of the canvas changed while the file was read. Compare the mask with the new size.
          openMaskFile(file);
          return;
        }
        paintStore.openMask(mask);
        announce(`${file.name} is the mask`);
      })
      .catch((error: unknown) => {
        if (isLatest()) setFailure(error);
      });
  }
  function changeFitting(how: Fitting): void {
    setFitting(how);
    // Fit the opened picture again, unless painting has changed it.
    const { current } = last;
    if (current !== null && current.layers === layers) open(current.file, how);
  }
  useDroppedPicture(isOpen, open, () => {
    setNote(NO_PICTURE);
    announce(NO_PICTURE);
  });
  useLive(isOpen);
  useEffect(() => {
    const { value } = handoff;
    if (value === null || !isOpen) return;
    handoff.value = null;
    // A file that is still being read must not replace a later picture.
    reading.current.begin();
    setNote(null);
    setFailure(null);
    takeHandoff(value);
  }, [handoff.value, isOpen]);
  useEffect(() => {
    const { value } = editedDrawing;
    if (value === null || !isOpen) return;
    editedDrawing.value = null;
    reading.current.begin();
    setFailure(null);
    editRunner.show(value);
    setNote(value.source === undefined ? NO_SOURCE : null);
    // The canvas of the last visit may be newer than the picture from which this edit was drawn.
    if (value.source !== undefined && !canvasKeeper.belongsTo(shownId(value))) takeSource(value.source);
  }, [editedDrawing.value, isOpen]);
  useAddressedEdit(setNote, setFailure);
  useKeptCanvas();
  useEffect(() => {
    const { value } = restoredBetween;
    if (value === null || !isOpen) return;
    restoredBetween.value = null;
    reading.current.begin();
    setFailure(null);
    setNote(value.note);
    announce(value.note);
    takeRestored(value);
    setRestored(true);
  }, [restoredBetween.value, isOpen]);
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'text';
      if (!isTyping && historyKey(paintStore, event)) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [isOpen]);

  const unpaintable = spec !== null && !isPaintable(spec.image.channels);
  const hasCanvas = spec !== null && layers !== null && !unpaintable;
  return (
    <div class="edit-bench">
      <div class="stack">
        {failure === null ? null : <ErrorCard error={failure} />}
        {hasCanvas ? null : <KeptCanvasNote />}
        {unpaintable ? (
          <Note title="Pictures cannot be edited with this model">
            Its images have {spec.image.channels} channels; expected 1, 3 or 4. Choose another model.
          </Note>
        ) : null}
        {spec === null ? (
          <section class="card" aria-label="The picture">
            <h2>The picture</h2>
            <p class="quiet">The canvas has the size of a model’s images. Choose a model first.</p>
          </section>
        ) : null}
        {spec === null || layers === null || unpaintable ? null : (
          <CanvasCard
            store={paintStore}
            spec={spec}
            layers={layers}
            note={note}
            onFile={open}
            onMaskFile={openMaskFile}
          >
            <KeptCanvasNote />
            <FitFields fitting={fitting} onChange={changeFitting} />
            <MarginFields store={paintStore} layers={layers} image={spec.image} />
            <BetweenPanel
              layers={layers}
              spec={spec}
              subject={subject}
              busy={busy}
              fitting={fitting}
              isAsked={restored}
              onFailure={setFailure}
              onNote={setNote}
              onDraw={() => bringIntoView(results.current)}
            />
            <SizeNote layers={layers} spec={spec} />
          </CanvasCard>
        )}
      </div>
      <RequestPanel
        source={editForm}
        action="Draw"
        offers={EDIT_OFFERS}
        countError={
          subject === null || layers === null ? null : sizeError(subject.images.length, layers, undefined)
        }
        busy={busy}
        onSubmit={() => {
          void editStore.draw();
          bringIntoView(results.current);
        }}
        onCancel={() => editRunner.cancel()}
        afterModel={
          <EditOptions fields={editFields.value} read={read} isMasked={masked} onChange={changeEdit} />
        }
      >
        <h2>Change it</h2>
      </RequestPanel>
      <div class="stack" ref={results}>
        {now.status === 'failed' ? <ErrorCard error={now.error} onRetry={() => void now.retry()} /> : null}
        <Stage
          now={now}
          before={<Before drawing={now} />}
          hint={null}
          beginning="the picture"
          favourites={favouritesOf(now)}
        />
        {now.status === 'none' ? <Ways /> : null}
        <HistoryStrip now={now} only="edit" />
      </div>
    </div>
  );
}

/** Shows the images of the last run until the next one has its first step, so that live drawing does not flicker. */
function Before({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const last = lastImages.value;
  if (drawing.status !== 'preparing' || last === null)
    return <p class="stage-empty">Paint or open a picture, then press Draw.</p>;
  return <ImageGrid images={last} label="The images of the last run" fill />;
}

/** Shows the number of windows in which a larger picture is drawn, or why the model cannot draw it. */
function SizeNote({
  layers,
  spec,
}: {
  readonly layers: Layers;
  readonly spec: ModelSpec;
}): JSX.Element | null {
  const { image } = spec;
  const size = `${layers.width} × ${layers.height} pixels`;
  if (!fits(layers, spec))
    return (
      <Note title="The picture does not fit the model">
        It has {size} and {layers.channels} channels; the images of {spec.name} have {image.width} ×{' '}
        {image.height} pixels and {image.channels} channels. Open a picture, or choose another model.
      </Note>
    );
  const windows = windowCount(layers, image);
  if (windows === 1) return null;
  return (
    <p class="hint">
      The picture has {size}. The model draws it in {windows} overlapping windows, which takes {windows} times
      as long.
    </p>
  );
}
