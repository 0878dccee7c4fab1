import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { goTo, route } from '../app/navigation.ts';
import type { TabName } from '../app/route.ts';
import { announce } from '../ui/live-region.tsx';
import { droppedFiles, type FolderFile } from './dropped-files.ts';

type DropHandler = (files: readonly FolderFile[]) => void;

/** Who takes what is dropped, wherever on the page; null where nobody else does: then it is a model. */
export const dropHandler: Signal<DropHandler | null> = signal(null);

interface DropFailure {
  /** The tab that was open. */
  readonly tab: TabName;
  readonly error: unknown;
}

const failure = signal<DropFailure | null>(null);

/** Why the last drop came to nothing. */
export const dropFailure: ReadonlySignal<DropFailure | null> = failure;

/** Takes files that are dropped anywhere: otherwise a browser would leave the page and show them. Called once. */
export function listenForDrops(): void {
  addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const { tab } = route.value;
    failure.value = null;
    const take = dropHandler.value ?? openModel;
    droppedFiles(event.dataTransfer)
      .then(async (files) => {
        if (files.length > 0) await take(files);
      })
      .catch((error: unknown) => {
        failure.value = { tab, error };
      });
  });
}

/** Text may be dragged too, into a field, and is the browser's to drop. */
function carriesFiles(event: DragEvent): event is DragEvent & { readonly dataTransfer: DataTransfer } {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

async function openModel(files: readonly FolderFile[]): Promise<void> {
  const { openFiles } = await import('../model/model-store.ts');
  const spec = await openFiles(files.map(({ path, file }) => new File([file], path, { type: file.type })));
  announce(`Opened ${spec.name}`);
  // Where nothing shows which model is chosen
  if (route.value.tab === 'train') goTo('sample');
}
