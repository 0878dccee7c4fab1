import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { GridLayout } from './grid-layout.ts';

interface ImageButtonsProps {
  readonly count: number;
  readonly layout: GridLayout;
  /** Accessible name of an image. */
  readonly labelOf: (index: number) => string;
  readonly onOpen: (index: number) => void;
}

/** Index to which a key moves. */
const MOVES: Readonly<Record<string, (at: number, columns: number, count: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, columns) => at - columns,
  ArrowDown: (at, columns) => at + columns,
  Home: () => 0,
  End: (_at, _columns, count) => count - 1,
};

/**
 * Shows a button over each image of a grid. The buttons are a single tab stop; arrow keys move between them. They are
 * created once for each grid, not at each step of a drawing.
 */
export function ImageButtons({ count, layout, labelOf, onOpen }: ImageButtonsProps): JSX.Element {
  const list = useRef<HTMLFieldSetElement>(null);
  const [current, setCurrent] = useState(0);
  const stop = Math.min(current, count - 1);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLFieldSetElement>): void {
    const next = MOVES[event.key]?.(stop, layout.columns, count);
    if (next === undefined || next < 0 || next >= count) return;
    event.preventDefault();
    setCurrent(next);
    const button = list.current?.children[next];
    if (button instanceof HTMLElement) button.focus();
  }

  const buttons = useMemo(
    () =>
      Array.from({ length: count }, (_, i) => {
        const { cell, gap, columns, width, height } = layout;
        const [left, top] = [
          (i % columns) * (cell.width + gap),
          Math.floor(i / columns) * (cell.height + gap),
        ];
        const percent = (part: number, whole: number): string => `${(100 * part) / whole}%`;
        return (
          <button
            key={i}
            type="button"
            aria-label={labelOf(i)}
            title={labelOf(i)}
            tabIndex={i === stop ? 0 : -1}
            style={{
              left: percent(left, width),
              top: percent(top, height),
              width: percent(cell.width, width),
              height: percent(cell.height, height),
            }}
            onFocus={() => setCurrent(i)}
            onClick={() => onOpen(i)}
          />
        );
      }),
    [count, layout.columns, layout.width, layout.height, stop, labelOf, onOpen],
  );
  return (
    <fieldset class="image-buttons" aria-label="Open an image" ref={list} onKeyDown={onKeyDown}>
      {buttons}
    </fieldset>
  );
}
