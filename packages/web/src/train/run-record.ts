import type { TagSpec } from '@isonoise/bundle';
import type { LookRecord } from '@isonoise/data';
import type { ImageShape } from '@isonoise/schedule';
import type { TrainConfig } from '@isonoise/train';
import type { PictureChoice } from './picture-choice.ts';

/** The device that computes the steps. The same device and number of threads give the same bits. */
export interface DeviceChoice {
  readonly device: 'wasm' | 'webgpu';
  /** Threads of WebAssembly. */
  readonly threads: number;
}

/** Source of the images. */
export type ImageOrigin =
  | { readonly kind: 'mnist' }
  /** `pictures` is absent in runs of earlier versions. */
  | { readonly kind: 'folder'; readonly pictures?: PictureChoice | undefined };

/** A model that a run starts from: one of the server, with its URL, or one that the visitor opened from files. */
export type BaseSource =
  | { readonly kind: 'served'; readonly name: string; readonly url: string }
  | { readonly kind: 'opened'; readonly name: string };

/** Description of a run, written when it begins. */
export interface RunRecord {
  readonly name: string;
  readonly config: TrainConfig;
  readonly device: DeviceChoice;
  readonly origin: ImageOrigin;
  readonly images: number;
  readonly shape: ImageShape;
  readonly classNames: readonly string[] | null;
  /** Names of the tags, and the number of images with each; absent without tags. */
  readonly tags?: Omit<TagSpec, 'dropped'> | undefined;
  /** Colours and symmetry of the images. Absent for MNIST, and in runs of earlier versions. */
  readonly look?: LookRecord | undefined;
  /** Source of the model that the run begins with; absent if there is none. */
  readonly base?: BaseSource | undefined;
  /** SHA-256 of images, labels and class names, checked on resume. Absent in runs of earlier versions. */
  readonly dataSha256?: string;
  /** SHA-256 of all pixels, in runs of earlier versions. */
  readonly pixelsSha256?: string;
  /** Start time, ISO 8601. */
  readonly begun: string;
}

/**
 * Returns a free name for a run: `preferred`, made safe for a key, with a number appended if it is taken: `mnist-2`.
 */
export function freeName(preferred: string, taken: readonly string[]): string {
  const base = preferred.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '') || 'run';
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) {
    const name = `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
