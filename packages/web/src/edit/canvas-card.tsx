import type { ModelSpec } from '@isonoise/bundle';
import type { ComponentChildren, JSX, TargetedKeyboardEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { saveFile } from '../sample/save-file.ts';
import { Button } from '../ui/button.tsx';
import { FileButton } from '../ui/file-button.tsx';
import { Fold } from '../ui/fold.tsx';
import { Note } from '../ui/note.tsx';
import { Board, describe } from './board.tsx';
import { nextZoom, type Zoom } from './board-scale.ts';
import { InkBar } from './ink-bar.tsx';
import { hasMask, type Layers } from './layers.ts';
import type { PaintStore } from './paint-store.ts';
import { maskFile, pictureFile } from './save-layers.ts';
import { toolKey } from './shortcuts.ts';
import { ToolBar } from './tool-bar.tsx';

interface CanvasCardProps {
  readonly store: PaintStore;
  readonly spec: ModelSpec;
  readonly layers: Layers;
  /** How an opened picture was changed; null if it was not. */
  readonly note: string | null;
  readonly onFile: (file: File) => void;
  readonly onMaskFile: (file: File) => void;
  /** Content below the buttons. */
  readonly children: ComponentChildren;
}

/** Shows the picture to edit, and its tools. */
export function CanvasCard({
  store,
  spec,
  layers,
  note,
  onFile,
  onMaskFile,
  children,
}: CanvasCardProps): JSX.Element {
  const [zoom, setZoom] = useState<Zoom>(1);
  const [grid, setGrid] = useState(true);
  const helpId = useId();
  const unmasked = hasMask(layers) ? null : 'Nothing is masked.';
  const name = `${spec.name}-${layers.width}x${layers.height}`;

  function onKeyDown(event: TargetedKeyboardEvent<HTMLElement>): void {
    const { target, key } = event;
    if (target instanceof HTMLInputElement) return;
    if (key === '+' || key === '-') setZoom(nextZoom(zoom, key === '+' ? 1 : -1));
    else if (key === '#') setGrid(!grid);
    else if (!toolKey(store, event)) return;
    event.preventDefault();
  }

  return (
    <section class="card canvas-card" aria-label="The picture" onKeyDown={onKeyDown}>
      <div class="row spread">
        <h2>The picture</h2>
        <div class="row">
          <FileButton
            text="Open picture"
            label="A picture to edit"
            accept="image/*"
            onFiles={([file]) => onFile(file)}
          />
          <Button onClick={() => store.clear()}>Blank</Button>
        </div>
      </div>
      {note === null ? null : <Note>{note}</Note>}
      <div class="canvas-work">
        <ToolBar store={store} zoom={zoom} grid={grid} onZoom={setZoom} onGrid={setGrid} />
        <div class="stage">
          <Board store={store} layers={layers} zoom={zoom} onZoom={setZoom} grid={grid} helpId={helpId} />
        </div>
      </div>
      <p class="hint numbers board-status" aria-hidden="true">
        {describe(store)}
      </p>
      <InkBar store={store} layers={layers} />
      <div class="row canvas-buttons">
        <Button kind="quiet" onClick={() => store.changeMask('opposite')}>
          Invert mask
        </Button>
        <Button kind="quiet" blocked={unmasked} onClick={() => store.changeMask('none')}>
          Clear mask
        </Button>
        <FileButton
          kind="quiet"
          text="Open mask"
          label="A mask: light where the picture is drawn again"
          accept="image/*"
          onFiles={([file]) => onMaskFile(file)}
        />
        <Button
          kind="quiet"
          blocked={unmasked}
          onClick={() => saveFile(`${name}-mask.png`, 'image/png', maskFile(layers))}
        >
          Save mask
        </Button>
        <Button kind="quiet" onClick={() => saveFile(`${name}.png`, 'image/png', pictureFile(layers))}>
          Save picture
        </Button>
      </div>
      {children}
      <Fold summary="Keys">
        <p class="hint" id={helpId}>
          Arrow keys move the cursor on the canvas, five pixels with Shift. Space uses the tool; hold it and
          move to draw a line. B paints, E erases, G fills, I picks a colour, M masks, U erases the mask. [
          and ] change the size of the brush, + and − zoom, and # toggles the grid. Ctrl+Z undoes, Ctrl+Y
          redoes, Ctrl+V pastes a picture, and Ctrl+Enter draws. Escape cancels an unfinished line, fill or
          picked colour. Ctrl with the wheel zooms at the pointer. Two fingers zoom and move the canvas.
        </p>
      </Fold>
    </section>
  );
}
