import type { JSX } from 'preact';
import { Button } from '../ui/button.tsx';
import { FileButton } from '../ui/file-button.tsx';
import { drawing } from './drawing-store.ts';
import { openRun, saveRun } from './run-files.ts';

/** Buttons to save the run in progress, and to resume a saved one. */
export function RunButtons(): JSX.Element {
  const { value } = drawing;
  const canSave = (value.status === 'drawing' || value.status === 'cancelled') && value.save !== null;
  return (
    <>
      <Button
        label="Save run to a file, to resume it here, on the command line or on a server"
        onClick={() => void saveRun()}
        resting={!canSave}
      >
        Save run
      </Button>
      <FileButton
        text="Open run"
        label="A saved run as .json, or a PNG with its request"
        accept=".json,.png,application/json,image/png"
        onFiles={([file]) => void openRun(file)}
      />
    </>
  );
}
