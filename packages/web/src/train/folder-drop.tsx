import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { countOf } from '../text/format.ts';
import { FileButton } from '../ui/file-button.tsx';
import { filesWithPaths, folderOf, type PickedFolder } from './picked-folder.ts';

interface FolderDropProps {
  readonly folder: PickedFolder | null;
  readonly onFolder: (folder: PickedFolder) => void;
}

/** Shows a drop target, and buttons to choose images to train on. The Train tab itself handles the drops. */
export function FolderDrop({ folder, onFolder }: FolderDropProps): JSX.Element {
  const [over, setOver] = useState(false);
  const pick = (files: readonly File[]): void => onFolder(folderOf(filesWithPaths(files)));
  return (
    <fieldset
      aria-label="Images to train on"
      class={over ? 'folder-drop over' : 'folder-drop'}
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={() => setOver(false)}
    >
      {folder === null ? (
        <strong>Drop a folder of images, or several images</strong>
      ) : (
        <span>
          <strong>{folder.name}</strong>: {countOf(folder.files.length, 'file')}
        </span>
      )}
      <div class="row">
        <FileButton text="Choose a folder" label="A folder of images" pick="folder" onFiles={pick} />
        <FileButton
          text="Choose images"
          label="Several images"
          pick="several"
          accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
          onFiles={pick}
        />
      </div>
      <p class="hint">
        PNG, JPEG, WebP, GIF or AVIF of any size. Each subfolder is a class. Files that cannot be read are
        left out. The images stay on this device.
      </p>
    </fieldset>
  );
}
