import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

interface Box {
  readonly width: number;
  readonly height: number;
}

/** Maximum share of the window's height that images take. */
export const MOST_HEIGHT = 0.7;
const LEAST = 280;

/**
 * Returns the box that images may fill: the width of an element, and a part of the window's height. Returns null until
 * the width is known.
 *
 * @param share maximum share of the window's height
 */
export function useBox(element: RefObject<HTMLElement | null>, share: number = MOST_HEIGHT): Box | null {
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const measure = (): void => {
      const width = element.current?.clientWidth ?? 0;
      // A hidden tab has no width, so its last box is kept.
      if (width === 0) return;
      const height = Math.max(LEAST, Math.round(share * innerHeight));
      setBox((last) => (last?.width === width && last.height === height ? last : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (element.current !== null) observer.observe(element.current);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return box;
}
