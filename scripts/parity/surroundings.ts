import path from 'node:path';
import { type Bundle, type BundleFiles, readBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { type Lab, openLab } from '../lab/open-lab.ts';

/** URL path of the bundle in the page. */
export const PAGE_MODEL = '/parity-model';

/** Inputs for opening runtimes. The caller must call `close`. */
export interface Surroundings {
  /** Folder of the bundle. */
  readonly model: string;
  readonly bundle: Bundle;
  readonly files: BundleFiles;
  /** Opens Chromium with a page that can use threads. Later calls return the same lab. */
  lab(): Promise<Lab>;
  close(): Promise<void>;
}

/** Reads a bundle and prepares the lab. @throws IsonoiseError if the folder is not a complete bundle */
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
      // A lab that failed to open need not be closed. The caller of `lab` got the error.
      const opened = await lab?.catch(() => undefined);
      await opened?.close();
    },
  };
}
