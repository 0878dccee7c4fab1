/**
 * Types of `isonoise` for both platforms. The server and the client of a program may share a tsconfig, and a
 * tsconfig cannot choose types per import. This file has only types. The code is in node.ts and browser.ts; each
 * refuses options that exist only on the other platform. `isonoise/node` and `isonoise/browser` have the exact
 * types of one platform.
 */
import type { Bundle } from '@isonoise/bundle';
import type { DenoiserHandle, Model } from '@isonoise/runtime';
import type { NodeRuntimeOptions } from '@isonoise/runtime-node';
import type { ModelSource, WebRuntimeOptions } from '@isonoise/runtime-web';

/** Options of both platforms; shared options have the same meaning. */
export interface LoadOptions
  extends Omit<NodeRuntimeOptions, 'provider'>,
    Omit<WebRuntimeOptions, 'provider'> {
  /**
   * `cpu` and `cuda` in Node, `wasm` in a page, `webgpu` in both. The default, `auto`, selects the fastest provider
   * that works.
   */
  readonly provider?: NodeRuntimeOptions['provider'] | WebRuntimeOptions['provider'];
}

/**
 * Loads a model. In Node, `source` is a folder, its `.zip`, an `.onnx` file, or a `file:` URL of one of these. In a
 * page, it is an address or files from a picker. In both, it may also be a bundle that is already read.
 */
export declare function loadModel(source: ModelSource | Bundle, options?: LoadOptions): Promise<Model>;

/** Loads only the network; `source` has the same forms as in {@link loadModel}. */
export declare function createDenoiser(
  source: ModelSource | Bundle,
  options?: LoadOptions,
): Promise<DenoiserHandle>;

export * from './shared.ts';
