import path from 'node:path';
import { type Bundle, type BundleFiles, readBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { type Lab, openLab } from '../lab/open-lab.ts';

/** Where the page finds the bundle. */
export const PAGE_MODEL = '/parity-model';

/** What the runtimes are opened with. Whoever made it closes it. */
export interface Surroundings {
  /** Folder of the bundle. */
  readonly model: string;
  readonly bundle: Bundle;
  readonly files: BundleFiles;
  /** Chromium with a page that may have threads; opened when it is first asked for. */
  lab(): Promise<Lab>;
  close(): Promise<void>;
}

/** @throws BundleError the folder is no whole bundle */
export async function openSurroundings(model: string): Promise<Surroundings> {
  const files = nodeFiles(model);
  const bundle = await readBundle(files);
  let lab: Promise<Lab> | undefined;
  return {
    model,
    bundle,
    files,
    lab: () => {
      lab ??= openLab({ isolated: true, folders: { [PAGE_MODEL]: path.resolve(model) } });
      return lab;
    },
    async close() {
      // One that could not be opened has nothing to close; who asked for it was told.
      const opened = await lab?.catch(() => undefined);
      await opened?.close();
    },
  };
}
