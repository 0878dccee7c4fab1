import type { JSX } from 'preact';
import { drawing, runFiles } from '../stores.ts';
import { Button } from '../ui/button.tsx';
import { FileButton } from '../ui/file-button.tsx';

/** Buttons to save the run in progress, and to resume a saved one. */
export function RunButtons(): JSX.Element {
  const { value } = drawing;
  const isUnfinished = value.status === 'drawing' || value.status === 'cancelled';
  const blocked = !isUnfinished
    ? 'Only a run in progress or a cancelled one can be saved.'
    : value.save === null
      ? 'A run can be saved after its first step.'
      : null;
  return (
    <>
      <Button
        label="Save run to a file, to resume it here, on the command line or on a server"
        onClick={() => void runFiles.saveRun()}
        blocked={blocked}
      >
        Save run
      </Button>
      <FileButton
        text="Open run"
        label="A saved run as .json, or a PNG with its request"
        accept=".json,.png,application/json,image/png"
        onFiles={([file]) => void runFiles.openRun(file)}
      />
    </>
  );
}
