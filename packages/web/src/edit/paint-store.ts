import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import {
  blankLayers,
  type Colour,
  colourAt,
  fittingColour,
  isInside,
  type Layers,
  type PaintChannels,
  type Point,
  type Size,
} from './layers.ts';
import { line } from './line.ts';
import { type AllMargins, enlarge } from './margins.ts';
import { changeMask, eraser, fill, type Ink, paint } from './paint.ts';
import { advance, redo, type Timeline, type TimelineLimits, timeline, undo } from './undo.ts';

export type Tool = 'paint' | 'erase' | 'fill' | 'pick' | 'mask' | 'unmask';

/** The picture being edited, the tools, and the undo history. */
export interface PaintStore {
  /** The picture and its mask; null until the model is known. */
  readonly layers: ReadonlySignal<Layers | null>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  readonly tool: Signal<Tool>;
  readonly colour: Signal<Colour>;
  /** Side of the brush in pixels of the picture. */
  readonly side: Signal<number>;
  /** The pixel on which keys act. It follows the pointer. */
  readonly cursor: Signal<Point>;
  /** Whether a stroke has begun and not ended. */
  readonly isDrawing: ReadonlySignal<boolean>;
  /** Begins a stroke of the tool at a pixel. A fill is shown immediately, but can be cancelled like any stroke. */
  begin(at: Point): void;
  /** Continues the stroke to a pixel in a straight line. A fill does not move. */
  moveTo(at: Point): void;
  /** Ends the stroke, which becomes one step to undo. The tool `pick` takes the colour of the last pixel. */
  end(): void;
  /** Cancels the unfinished stroke. */
  cancel(): void;
  changeMask(how: 'all' | 'none' | 'opposite'): void;
  /** Replaces the mask, as one step to undo. @param mask `[H, W]`, of the size of the picture */
  openMask(mask: Layers['mask']): void;
  /** Replaces the picture, as one step to undo. If its shape differs, the former picture cannot be restored. */
  open(layers: Layers): void;
  /**
   * Begins a blank picture of this shape, unless the current picture already has this shape.
   *
   * @returns whether it began one
   */
  fit(size: Size, channels: PaintChannels): boolean;
  /** Adds margins to the picture, as one step to undo. */
  enlarge(margins: AllMargins): void;
  clear(): void;
  undo(): void;
  redo(): void;
}

/** An unfinished stroke of a tool. */
type Stroke =
  | { readonly kind: 'line'; readonly layers: Layers; readonly last: Point; readonly ink: Ink }
  | { readonly kind: 'fill'; readonly layers: Layers }
  | { readonly kind: 'pick'; readonly layers: Layers; readonly last: Point };

/** Limits of the undo history. Layers share the arrays that a step did not change, so each array counts once. */
const UNDO_LIMITS: TimelineLimits<Layers> = {
  steps: 200,
  bytes: 64e6,
  partsOf: ({ pixels, mask }) => [pixels, mask],
};

export function createPaintStore(): PaintStore {
  const history = signal<Timeline<Layers> | null>(null);
  const stroke = signal<Stroke | null>(null);
  const tool = signal<Tool>('paint');
  const colour = signal<Colour>([255, 255, 255, 255]);
  const side = signal(2);
  const cursor = signal<Point>({ x: 0, y: 0 });
  const layers = computed(() => stroke.value?.layers ?? history.value?.now ?? null);

  const push = (next: Layers): void => {
    const { value } = history;
    history.value = value === null ? timeline(next) : advance(value, next, UNDO_LIMITS);
  };
  const act = (change: (now: Layers) => Layers): void => {
    end();
    const now = history.value?.now;
    if (now === undefined) return;
    const next = change(now);
    if (next !== now) push(next);
  };
  const inkOf = (now: Layers): Ink => {
    if (tool.value === 'erase') return eraser(now);
    if (tool.value === 'mask' || tool.value === 'unmask') return { mask: tool.value === 'mask' ? 1 : 0 };
    return { colour: fittingColour(colour.value, now.channels) };
  };
  function end(): void {
    const { value } = stroke;
    if (value === null) return;
    if (value.kind === 'pick') pick(value.layers, value.last);
    else if (value.layers !== history.value?.now) push(value.layers);
    stroke.value = null;
  }
  function pick(now: Layers, at: Point): void {
    if (!isInside(now, at)) return;
    const [red, green, blue, alpha] = colourAt(now, at);
    // A transparent pixel has no colour to paint with.
    if (alpha > 0) colour.value = [red, green, blue, alpha];
    tool.value = 'paint';
  }

  /** Chooses an ink that is visible on a blank picture, a fitting brush, and the middle as the cursor. */
  function prepareTools(size: Size, channels: PaintChannels): void {
    colour.value = channels === 1 ? [255, 255, 255, 255] : [0, 0, 0, 255];
    cursor.value = { x: Math.floor(size.width / 2), y: Math.floor(size.height / 2) };
    side.value = Math.max(1, Math.round(Math.min(size.width, size.height) / 14));
  }
  /** Moves the cursor into the picture, whose size may have changed. */
  function keepCursorInside(): void {
    const now = layers.value;
    if (now === null || isInside(now, cursor.value)) return;
    const { x, y } = cursor.value;
    cursor.value = { x: Math.min(x, now.width - 1), y: Math.min(y, now.height - 1) };
  }

  return {
    layers,
    tool,
    colour,
    side,
    cursor,
    canUndo: computed(() => (history.value?.past.length ?? 0) > 0),
    canRedo: computed(() => (history.value?.future.length ?? 0) > 0),
    isDrawing: computed(() => stroke.value !== null),
    begin(at) {
      end();
      const now = history.value?.now;
      if (now === undefined) return;
      const ink = inkOf(now);
      if (tool.value === 'pick') stroke.value = { kind: 'pick', layers: now, last: at };
      else if (tool.value === 'fill') stroke.value = { kind: 'fill', layers: fill(now, at, ink) };
      else stroke.value = { kind: 'line', layers: paint(now, [at], side.value, ink), last: at, ink };
    },
    moveTo(at) {
      const { value } = stroke;
      if (value === null || value.kind === 'fill') return;
      const { last } = value;
      if (at.x === last.x && at.y === last.y) return;
      stroke.value =
        value.kind === 'pick'
          ? { ...value, last: at }
          : { ...value, layers: paint(value.layers, line(last, at), side.value, value.ink), last: at };
    },
    end,
    cancel() {
      stroke.value = null;
    },
    changeMask: (how) => act((now) => changeMask(now, how)),
    openMask: (mask) => act((now) => ({ ...now, mask })),
    open(next) {
      end();
      const now = history.value?.now;
      if (now !== undefined && hasShape(now, next, next.channels)) push(next);
      else history.value = timeline(next);
      // The first picture of a visit may be a restored one.
      if (now === undefined) prepareTools(next, next.channels);
      keepCursorInside();
      colour.value = fittingColour(colour.value, next.channels);
    },
    fit(size, channels) {
      const now = history.value?.now;
      if (now !== undefined && hasShape(now, size, channels)) return false;
      stroke.value = null;
      history.value = timeline(blankLayers(size, channels));
      prepareTools(size, channels);
      return true;
    },
    enlarge(margins) {
      act((now) => enlarge(now, margins));
      keepCursorInside();
    },
    clear: () => act((now) => blankLayers(now, now.channels)),
    undo() {
      end();
      if (history.value !== null) history.value = undo(history.value);
      keepCursorInside();
    },
    redo() {
      end();
      if (history.value !== null) history.value = redo(history.value);
      keepCursorInside();
    },
  };
}

const hasShape = (layers: Layers, { width, height }: Size, channels: PaintChannels): boolean =>
  layers.width === width && layers.height === height && layers.channels === channels;
