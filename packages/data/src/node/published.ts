export { MIN_TAG_COUNT } from '../tags.ts';
export {
  ICON_BACKGROUNDS,
  ICON_PACKAGES,
  ICON_SET_NAMES,
  type IconBackground,
} from './icons/published-icons.ts';

/** A published file. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the downloaded file in lower-case hexadecimal. */
  readonly sha256: string;
}

/** A data set that can be downloaded. */
export interface PublishedSet {
  readonly title: string;
  readonly homepage: string;
  readonly licence: string;
  /** Address to which each file name is appended. */
  readonly baseUrl: string;
  readonly files: readonly PublishedFile[];
}

export type DatasetName = 'mnist' | 'fashion-mnist' | 'cifar10';

export const PUBLISHED: Readonly<Record<DatasetName, PublishedSet>> = {
  // The page of LeCun, Cortes and Burges no longer serves the files. TensorFlow and Keras download from this mirror.
  // The hashes are those of the loaders for PyTorch, Ruby and Rust. The sizes are those of the original page.
  mnist: {
    title: 'MNIST, handwritten digits, 28x28 grey, 60,000 + 10,000',
    homepage: 'http://yann.lecun.com/exdb/mnist/',
    licence: 'CC BY-SA 3.0 (Y. LeCun, C. Cortes)',
    baseUrl: 'https://storage.googleapis.com/cvdf-datasets/mnist/',
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 9912422,
        sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 28881,
        sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 1648877,
        sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 4542,
        sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
    ],
  },
  // The address is from the project's README. It is plain HTTP, so only the hashes are trusted. The SHA-256
  // hashes were computed from the downloaded files, because the README publishes only MD5s. Debian's
  // dataset-fashion-mnist 0.0~git20200523 has the same compressed data without the file name in the gzip header. If the
  // file name and the time 2017-08-31 10:50 are written into that header, the files have these SHA-256 hashes. They
  // also have the MD5s of the README.
  'fashion-mnist': {
    title: 'Fashion-MNIST, clothes, 28x28 grey, 60,000 + 10,000',
    homepage: 'https://github.com/zalandoresearch/fashion-mnist',
    licence: 'MIT (Zalando SE)',
    baseUrl: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 26421880,
        sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 29515,
        sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 4422102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 5148,
        sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      },
    ],
  },
  // The page publishes the MD5 c32a1d4ab5d03f1284b67883e8d87530. The SHA-256 is from loaders for Go and Ruby.
  cifar10: {
    title: 'CIFAR-10, objects, 32x32 colour, 50,000 + 10,000',
    homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    licence: 'none stated; cite Krizhevsky 2009',
    baseUrl: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        bytes: 170052171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
  },
};

export const DATASET_NAMES: readonly DatasetName[] = Object.keys(PUBLISHED) as DatasetName[];

export function isDatasetName(name: string): name is DatasetName {
  return Object.hasOwn(PUBLISHED, name);
}
