import { type Signal, signal } from '@preact/signals';
import { goTo, route } from '../app/navigation.ts';
import { announce } from '../ui/live-region.tsx';
import { dropFailure } from './drop-failure.ts';
import { droppedFiles, type FolderFile } from './dropped-files.ts';

type DropHandler = (files: readonly FolderFile[]) => void;

/** Handles files dropped anywhere on the page, except a saved run. If null, the files are opened as a model. */
export const dropHandler: Signal<DropHandler | null> = signal(null);

/** Handles files dropped anywhere; otherwise the browser would leave the page to show them. Called once. */
export function listenForDrops(): void {
  addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const { tab } = route.value;
    dropFailure.value = null;
    const take = dropHandler.value ?? openModel;
    droppedFiles(event.dataTransfer)
      .then(async (files) => {
        const run = savedRunOf(files);
        if (run !== undefined) await openRun(run);
        else if (files.length > 0) await take(files);
      })
      .catch((error: unknown) => {
        dropFailure.value = { tab, error };
      });
  });
}

/** Dragged text is left to the browser, for example to drop it into a field. */
function carriesFiles(event: DragEvent): event is DragEvent & { readonly dataTransfer: DataTransfer } {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/**
 * Returns the dropped file if it is a saved run or a request. A single JSON file is a saved run, unless it is the
 * manifest of a model. A single PNG file is a request, unless the tab handles drops itself.
 */
function savedRunOf(files: readonly FolderFile[]): File | undefined {
  const [first, ...others] = files;
  if (first === undefined || others.length > 0 || first.path === 'isonoise.json') return undefined;
  const kinds = dropHandler.value === null ? /^[^/]+\.(json|png)$/i : /^[^/]+\.json$/i;
  return kinds.test(first.path) ? first.file : undefined;
}

async function openRun(file: File): Promise<void> {
  const { resumeFile } = await import('../sample/run-files.ts');
  await resumeFile(file, showSample);
}

async function showSample(): Promise<void> {
  if (route.value.tab === 'sample') return;
  // A resumed run writes its request into the address, so the tab must be open first.
  const opened = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
  goTo('sample');
  await opened;
}

async function openModel(files: readonly FolderFile[]): Promise<void> {
  const { openFiles } = await import('../model/model-store.ts');
  const spec = await openFiles(files.map(({ path, file }) => new File([file], path, { type: file.type })));
  announce(`Opened ${spec.name}`);
  // The Train tab does not show the chosen model.
  if (route.value.tab === 'train') goTo('sample');
}
