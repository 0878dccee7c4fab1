import type { Signal } from '@preact/signals';
import type { Navigation } from '../app/navigation.ts';
import type { TabName } from '../app/route.ts';
import { droppedFiles, type FolderFile } from './dropped-files.ts';

/** Handles files dropped anywhere on the page, except a saved run. */
export type DropHandler = (files: readonly FolderFile[]) => void;

export interface DropFailure {
  /** The tab that was open when the files were dropped. */
  readonly tab: TabName;
  readonly error: unknown;
}

/** The parts of the page that handle dropped files. */
export interface DropParts extends Pick<Navigation, 'route' | 'goTo'> {
  /** The handler of the open tab. If null, files other than a saved run or a PNG are opened as a model. */
  readonly handler: Signal<DropHandler | null>;
  /** Receives the error of the last drop; null if it succeeded. */
  readonly failure: Signal<DropFailure | null>;
  /** Opens a saved run, or the request in a PNG. @param show opens the tab that shows the run */
  readonly openRun: (file: File, show: () => Promise<void>) => Promise<void>;
  /** Opens a model. */
  readonly openModel: (files: readonly File[]) => Promise<void>;
}

/** Handles files dropped anywhere; otherwise the browser would leave the page to show them. Call it once. */
export function listenForDrops({ route, goTo, handler, failure, openRun, openModel }: DropParts): void {
  async function showSample(): Promise<void> {
    if (route.value.tab === 'sample') return;
    // A resumed run writes its request into the address, so the tab must be open first.
    const opened = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    goTo('sample');
    await opened;
  }
  async function openDroppedModel(files: readonly FolderFile[]): Promise<void> {
    await openModel(files.map(({ path, file }) => new File([file], path, { type: file.type })));
    // The Train tab does not show the chosen model.
    if (route.value.tab === 'train') goTo('sample');
  }
  addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const { tab } = route.value;
    failure.value = null;
    const own = handler.value;
    droppedFiles(event.dataTransfer)
      .then(async (files) => {
        const run = savedRunOf(files, own !== null);
        if (run !== undefined) await openRun(run, showSample);
        else if (files.length > 0) await (own ?? openDroppedModel)(files);
        else
          throw new RangeError(
            'drop: got no files; expected at least one. Drop a file, or a folder that has some.',
          );
      })
      .catch((error: unknown) => {
        failure.value = { tab, error };
      });
  });
}

/** Returns whether files are dragged. Other things, such as text for a field, are left to the browser. */
function carriesFiles(event: DragEvent): event is DragEvent & { readonly dataTransfer: DataTransfer } {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/**
 * Returns the dropped file if it may have a saved run or a request. A single JSON file may be a saved run, unless it is
 * the manifest of a model. A single PNG may have a request; it is not returned if the tab handles drops itself.
 */
function savedRunOf(files: readonly FolderFile[], isHandled: boolean): File | undefined {
  const [first, ...others] = files;
  if (first === undefined || others.length > 0 || first.path === 'isonoise.json') return undefined;
  const kinds = isHandled ? /^[^/]+\.json$/i : /^[^/]+\.(json|png)$/i;
  return kinds.test(first.path) ? first.file : undefined;
}
