import { useEffect } from 'preact/hooks';
import { announce, route } from '../shell.ts';
import { editAddress } from '../stores.ts';
import { editRunner } from './edit-stores.ts';

const NOT_KEPT =
  'This browser does not keep the edit of this address. An edit is kept only in the browser that drew it, until it is deleted or replaced by newer drawings.';

/**
 * Shows the kept edit that the address names: when the page is opened or reloaded, and on Back and Forward.
 *
 * @param onMissing receives a note if the edit is not kept
 * @param onFailure receives the error if the browser's storage cannot be read
 */
export function useAddressedEdit(
  onMissing: (note: string) => void,
  onFailure: (error: unknown) => void,
): void {
  const opened = route.value;
  // Runs once per opened address.
  useEffect(() => {
    void editAddress.follow(opened, editRunner.drawing).then((isKept) => {
      if (isKept) return;
      onMissing(NOT_KEPT);
      announce(NOT_KEPT);
    }, onFailure);
  }, [opened]);
}
