import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/**
 * Submits a form with Ctrl+Enter or ⌘+Enter from anywhere on its tab, for example from the canvas.
 *
 * @param form the form; the keys do nothing while it is hidden or a dialog is open
 * @param submit submits the form, or says why it cannot be submitted now
 */
export function useSubmitKey(form: RefObject<HTMLFormElement | null>, submit: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
      if (form.current?.checkVisibility() !== true || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      submit();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [submit]);
}
