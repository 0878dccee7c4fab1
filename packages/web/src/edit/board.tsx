import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { announce } from '../shell.ts';
import { useBox } from '../ui/use-box.ts';
import { boardScale, pixelAt, type Zoom } from './board-scale.ts';
import { colourName } from './colour-text.ts';
import { colourAt, isInside, type Layers, type Point } from './layers.ts';
import type { PaintStore } from './paint-store.ts';
import { cursorKey, toolKey } from './shortcuts.ts';
import { useBoardGestures } from './use-board-gestures.ts';

interface BoardProps {
  readonly store: PaintStore;
  readonly layers: Layers;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
  readonly grid: boolean;
  /** Id of the text that explains the keys. */
  readonly helpId: string;
}

/** Smallest scale, in CSS pixels per pixel, at which the grid is drawn. */
const LEAST_GRID = 5;
/** Maximum height of the board in CSS pixels. */
const MOST_HEIGHT = 560;
/** Minimum height of the visible part of a zoomed canvas, in CSS pixels, unless the canvas is lower. */
const LEAST_VIEW = 240;

/** Shows the canvas. The pointer and the keys paint on it. The mask is drawn over the picture. */
export function Board({ store, layers, zoom, onZoom, grid, helpId }: BoardProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const board = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const box = useBox(place);
  const { width, height, channels, pixels, mask } = layers;
  useLayoutEffect(() => {
    picture.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
    overlay.current?.getContext('2d')?.putImageData(new ImageData(tintOf(mask), width, height), 0, 0);
  }, [layers]);

  const scaleAt = (at: Zoom): number =>
    box === null
      ? 1
      : boardScale(layers, { width: box.width, height: Math.min(box.height, MOST_HEIGHT) }, at);
  const scale = scaleAt(zoom);
  const gestures = useBoardGestures({ place, board, store, zoom, onZoom, scale });
  const pointOf = (event: TargetedPointerEvent<HTMLDivElement>): Point =>
    pixelAt(layers, event.currentTarget.getBoundingClientRect(), event);

  function onPointerDown(event: TargetedPointerEvent<HTMLDivElement>): void {
    if (event.button !== 0 || gestures.onPointerDown(event)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = pointOf(event);
    store.cursor.value = at;
    store.begin(at);
  }
  function onPointerMove(event: TargetedPointerEvent<HTMLDivElement>): void {
    if (gestures.onPointerMove(event)) return;
    const at = pointOf(event);
    if (store.isDrawing.value) store.moveTo(at);
    if (isInside(layers, at)) store.cursor.value = at;
  }
  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const isMove = event.key.startsWith('Arrow');
    if (!cursorKey(store, event) && !toolKey(store, event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (isMove && !store.isDrawing.value) announce(describe(store));
  }

  return (
    <div
      class="board-place"
      ref={place}
      // The visible part keeps its height while the canvas is zoomed, so that a point can stay under the pointer.
      style={{ height: `${Math.max(height * scaleAt(1), Math.min(LEAST_VIEW, height * scale))}px` }}
    >
      <div
        ref={board}
        class={`board tool-${store.tool.value}`}
        role="application"
        aria-label={`Canvas, ${width} × ${height} pixels`}
        aria-describedby={helpId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys paint on the canvas, as its description explains.
        tabIndex={0}
        style={{ width: `${width * scale}px`, height: `${height * scale}px` }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={(event) => {
          gestures.onPointerUp(event);
          store.end();
        }}
        onPointerCancel={(event) => {
          gestures.onPointerUp(event);
          store.end();
        }}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => {
          if (event.key === ' ' || event.key === 'Enter') store.end();
        }}
        onBlur={() => store.end()}
      >
        <canvas ref={picture} class={channels === 4 ? 'checkers' : ''} width={width} height={height} />
        <canvas ref={overlay} class="board-mask" width={width} height={height} />
        {grid && scale >= LEAST_GRID ? (
          <div class="board-grid" style={{ backgroundSize: `${scale}px ${scale}px` }} />
        ) : null}
        <Cursor store={store} scale={scale} />
      </div>
    </div>
  );
}

/** Frames the pixels that the brush covers at the cursor. */
function Cursor({ store, scale }: { readonly store: PaintStore; readonly scale: number }): JSX.Element {
  const { x, y } = store.cursor.value;
  const side = ['fill', 'pick'].includes(store.tool.value) ? 1 : store.side.value;
  const first = Math.floor(side / 2);
  return (
    <div
      class="board-cursor"
      style={{
        left: `${(x - first) * scale}px`,
        top: `${(y - first) * scale}px`,
        width: `${side * scale}px`,
        height: `${side * scale}px`,
      }}
    />
  );
}

/** Describes the pixel at the cursor. */
export function describe(store: PaintStore): string {
  const { x, y } = store.cursor.value;
  const layers = store.layers.value;
  if (layers === null || !isInside(layers, { x, y })) return '';
  const masked = layers.mask[y * layers.width + x] === 1 ? ', masked' : '';
  return `column ${x}, row ${y}: ${colourName(colourAt(layers, { x, y }))}${masked}`;
}

/** Colour of the mask over the picture. */
const TINT = [255, 64, 129, 150] as const;

function tintOf(mask: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * mask.length);
  mask.forEach((value, i) => {
    if (value === 1) rgba.set(TINT, 4 * i);
  });
  return rgba;
}
