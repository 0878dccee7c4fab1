/**
 * The types of `isonoise`, whichever platform's code runs: server and client of one program share a tsconfig, which
 * cannot choose by import. Types alone; the code is node.ts or browser.ts, where an option of the other platform is
 * refused. `isonoise/node` and `isonoise/browser` have the exact types of one platform.
 */
import type { Bundle } from '@isonoise/bundle';
import type { DenoiserHandle, Model } from '@isonoise/runtime';
import type { NodeRuntimeOptions } from '@isonoise/runtime-node';
import type { ModelSource, WebRuntimeOptions } from '@isonoise/runtime-web';

/** Options of both platforms; those in both mean the same. */
export interface LoadOptions
  extends Omit<NodeRuntimeOptions, 'provider'>,
    Omit<WebRuntimeOptions, 'provider'> {
  /** `cpu` and `cuda` in Node, `wasm` in a page, `webgpu` in both; `auto` (default): the fastest that works. */
  readonly provider?: NodeRuntimeOptions['provider'] | WebRuntimeOptions['provider'];
}

/**
 * A model ready to draw. In Node `source` is a folder, its `.zip`, an `.onnx` file or a `file:` URL of any of them; in a
 * page an address or files from a picker; in both a bundle that was read.
 */
export declare function loadModel(source: ModelSource | Bundle, options?: LoadOptions): Promise<Model>;

/** The network alone; `source` as for {@link loadModel}. */
export declare function createDenoiser(
  source: ModelSource | Bundle,
  options?: LoadOptions,
): Promise<DenoiserHandle>;

export * from './shared.ts';
