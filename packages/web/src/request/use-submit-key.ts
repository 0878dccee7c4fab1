import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Submits a form with Ctrl+Enter or ⌘+Enter from anywhere on its tab, for example from the canvas.
 *
 * @param form the form; the keys do nothing while it is hidden or a dialog is open
 * @param submit submits the form, or says why it cannot be submitted now
 */
export function useSubmitKey(form: RefObject<HTMLFormElement | null>, submit: () => void): void {
  /** The function of the last rendering. Effects run later, and a key may be pressed in between. */
  const latest = useRef(submit);
  latest.current = submit;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
      if (form.current?.checkVisibility() !== true || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [form]);
}
