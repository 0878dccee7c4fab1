import { useEffect } from 'preact/hooks';
import { announce, describeInAddress, route } from '../shell.ts';
import { drawingWithId, showKept, shownId } from '../stores.ts';
import { editOfQuery } from './edit-query.ts';
import { editRunner } from './edit-stores.ts';

const NOT_KEPT =
  'This browser does not keep the edit of this address. An edit is kept only in the browser that drew it, until it is deleted or replaced by newer drawings.';

/**
 * Shows the kept edit that the address names: when the page is opened or reloaded, and on Back and Forward.
 *
 * @param onMissing gets a note if the edit is not kept
 */
export function useAddressedEdit(onMissing: (note: string) => void): void {
  const opened = route.value;
  // Runs once per opened address.
  useEffect(() => {
    const id = opened.tab === 'edit' ? editOfQuery(opened.query) : null;
    if (id === null || shownId(editRunner.drawing.value) === id) return;
    let isCurrent = true;
    void drawingWithId(id).then((kept) => {
      if (!isCurrent) return;
      if (kept !== undefined) return showKept(kept);
      describeInAddress('edit', new URLSearchParams());
      onMissing(NOT_KEPT);
      announce(NOT_KEPT);
    });
    return () => {
      isCurrent = false;
    };
  }, [opened]);
}
