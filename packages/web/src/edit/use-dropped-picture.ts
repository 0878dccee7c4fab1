import { useEffect, useRef } from 'preact/hooks';
import { announce, dropHandler } from '../shell.ts';
import { openFiles } from '../stores.ts';

/**
 * While the tab is open, takes pictures that are dropped on the page or pasted. Other dropped files are opened as a
 * model, as on the other tabs.
 *
 * @param onNoPicture called if the pasted content is not a picture
 */
export function useDroppedPicture(
  isOpen: boolean,
  onPicture: (file: File) => void,
  onNoPicture: () => void,
): void {
  const latest = useRef(onPicture);
  latest.current = onPicture;
  const latestRefusal = useRef(onNoPicture);
  latestRefusal.current = onNoPicture;
  useEffect(() => {
    if (!isOpen) return;
    dropHandler.value = async (files) => {
      const picture = files.find(({ file }) => file.type.startsWith('image/'));
      if (picture !== undefined) {
        latest.current(picture.file);
        return;
      }
      const spec = await openFiles(
        files.map(({ path, file }) => new File([file], path, { type: file.type })),
      );
      announce(`Opened ${spec.name}`);
    };
    const onPaste = ({ clipboardData }: ClipboardEvent): void => {
      const picture = [...(clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (picture !== undefined) latest.current(picture);
      else if (!isTextField(document.activeElement)) latestRefusal.current();
    };
    addEventListener('paste', onPaste);
    return () => {
      dropHandler.value = null;
      removeEventListener('paste', onPaste);
    };
  }, [isOpen]);
}

const isTextField = (element: Element | null): boolean =>
  element instanceof HTMLInputElement && element.type === 'text';
