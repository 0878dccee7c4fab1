import type { ImageShape } from '@isonoise/schedule';
import type { TrainConfig } from '@isonoise/train';

/** What the steps are computed on. The same device with as many threads gives the same bits. */
export interface DeviceChoice {
  readonly device: 'wasm' | 'webgpu';
  /** Of WebAssembly. */
  readonly threads: number;
}

/** Where the images came from. */
export type ImageOrigin =
  | { readonly kind: 'mnist' }
  | { readonly kind: 'folder'; readonly size: number; readonly channels: 1 | 3 };

/** What a run was begun with, and what there is to tell of it. */
export interface RunRecord {
  readonly name: string;
  readonly config: TrainConfig;
  readonly device: DeviceChoice;
  readonly origin: ImageOrigin;
  readonly images: number;
  readonly shape: ImageShape;
  readonly classNames: readonly string[] | null;
  /** Of images, labels and class names: others would make another run of it. Absent in runs of earlier versions. */
  readonly dataSha256?: string;
  /** SHA-256 of all pixels, in runs of earlier versions. */
  readonly pixelsSha256?: string;
  /** ISO 8601. */
  readonly begun: string;
}

/** @returns `wanted`, or with a number behind it where there is such a run: `mnist-2` */
export function freeName(wanted: string, taken: readonly string[]): string {
  const base = wanted.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '') || 'run';
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) {
    const name = `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
