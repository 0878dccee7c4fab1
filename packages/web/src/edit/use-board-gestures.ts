import type { RefObject, TargetedPointerEvent } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { nextZoom, type Zoom } from './board-scale.ts';
import type { PaintStore } from './paint-store.ts';
import { createPinch } from './pinch.ts';

interface BoardGesturesParts {
  /** The element that scrolls. */
  readonly place: RefObject<HTMLElement | null>;
  /** The canvas in it. */
  readonly board: RefObject<HTMLElement | null>;
  readonly store: Pick<PaintStore, 'cancel'>;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
  /** CSS pixels per pixel. */
  readonly scale: number;
}

type PointerEventOf = TargetedPointerEvent<HTMLDivElement>;

/**
 * Handlers for gestures on a canvas. `onPointerDown` and `onPointerMove` return whether the event belongs to a gesture
 * and must not paint.
 */
interface BoardGestures {
  readonly onPointerDown: (event: PointerEventOf) => boolean;
  readonly onPointerMove: (event: PointerEventOf) => boolean;
  readonly onPointerUp: (event: PointerEventOf) => void;
}

/** Amount of wheel movement that zooms one step, in CSS pixels: less than a notch of a mouse wheel. */
const WHEEL_STEP = 60;

/**
 * Handles zooming and moving. Ctrl with the wheel zooms at the pointer; trackpads send the same events for a pinch. Two
 * fingers zoom and move the canvas; a second finger cancels the stroke of the first one.
 */
export function useBoardGestures(parts: BoardGesturesParts): BoardGestures {
  const { place, board, store, zoom, onZoom, scale } = parts;
  const pinch = useMemo(createPinch, []);
  /** The point that the next zoom keeps in place: `x` and `y` as shares of the canvas, `at` in the window. */
  const anchor = useRef<{ readonly x: number; readonly y: number; readonly at: DOMPointInit } | null>(null);

  function zoomAt(x: number, y: number, by: number): void {
    const next = nextZoom(zoom, by);
    const box = board.current?.getBoundingClientRect();
    if (next === zoom || box === undefined) return;
    anchor.current = { x: (x - box.left) / box.width, y: (y - box.top) / box.height, at: { x, y } };
    onZoom(next);
  }

  useLayoutEffect(() => {
    const box = board.current?.getBoundingClientRect();
    const { current } = anchor;
    anchor.current = null;
    if (current === null || box === undefined) return;
    const { x = 0, y = 0 } = current.at;
    place.current?.scrollBy(box.left + current.x * box.width - x, box.top + current.y * box.height - y);
  }, [scale]);

  const moved = useRef(0);
  useEffect(() => {
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      // The browser would zoom the page.
      event.preventDefault();
      moved.current += event.deltaY;
      if (Math.abs(moved.current) < WHEEL_STEP) return;
      zoomAt(event.clientX, event.clientY, -Math.sign(moved.current));
      moved.current = 0;
    };
    const { current } = place;
    current?.addEventListener('wheel', onWheel, { passive: false });
    return () => current?.removeEventListener('wheel', onWheel);
  }, [zoom]);

  return {
    onPointerDown({ pointerType, pointerId, clientX, clientY }) {
      if (pointerType !== 'touch' || !pinch.down(pointerId, { x: clientX, y: clientY })) return false;
      store.cancel();
      return true;
    },
    onPointerMove({ pointerId, clientX, clientY }) {
      const move = pinch.move(pointerId, { x: clientX, y: clientY });
      if (move === null) return false;
      place.current?.scrollBy(-move.by.x, -move.by.y);
      if (move.zoom !== 0) zoomAt(move.middle.x, move.middle.y, move.zoom);
      return true;
    },
    onPointerUp: ({ pointerId }) => pinch.up(pointerId),
  };
}
