import type { JSX, TargetedDragEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { plural } from '../text/format.ts';
import { droppedFolder, folderOf, type PickedFolder } from './dropped-folder.ts';

interface FolderDropProps {
  readonly folder: PickedFolder | null;
  readonly onFolder: (folder: PickedFolder) => void;
  readonly onError: (error: unknown) => void;
}

/** Where a folder of images is dropped, or picked by a click or a key. */
export function FolderDrop({ folder, onFolder, onError }: FolderDropProps): JSX.Element {
  const id = useId();
  const [over, setOver] = useState(false);

  function onDrop(event: TargetedDragEvent<HTMLLabelElement>): void {
    event.preventDefault();
    setOver(false);
    const items = event.dataTransfer?.items;
    if (items !== undefined) droppedFolder(items).then(onFolder, onError);
  }

  return (
    <label
      class={over ? 'folder-drop over' : 'folder-drop'}
      for={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <input
        id={id}
        type="file"
        class="visually-hidden"
        multiple
        // The attribute is as old as the name says; every browser of today knows it.
        {...{ webkitdirectory: true }}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          if (files.length > 0) onFolder(folderOf(files));
        }}
      />
      {folder === null ? (
        <span>
          <strong>Drop a folder of images</strong> or choose one
        </span>
      ) : (
        <span>
          <strong>{folder.name}</strong>: {plural(folder.files.length, 'file')}
        </span>
      )}
      <span class="hint">
        PNG, JPEG or WebP of any size. Subfolders are classes. They stay on this device.
      </span>
    </label>
  );
}
