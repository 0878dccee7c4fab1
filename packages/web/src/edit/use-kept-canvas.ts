import { useEffect } from 'preact/hooks';
import { canvasKeeper } from './edit-stores.ts';

/** Restores the canvas of the last visit, and keeps each change until the page is closed. */
export function useKeptCanvas(): void {
  useEffect(() => {
    void canvasKeeper.begin();
    // A page that is hidden may be closed without another event.
    const onHide = (): void => {
      if (document.visibilityState === 'hidden') canvasKeeper.flush();
    };
    document.addEventListener('visibilitychange', onHide);
    return () => document.removeEventListener('visibilitychange', onHide);
  }, []);
}
