/**
 * Subpath `@isonoise/runtime/provider-names`: the names of execution providers. It does not load the modules for
 * running a model.
 */

/** Execution providers of all supported ONNX Runtime packages. */
export const PROVIDER_NAMES = ['cpu', 'cuda', 'webgpu', 'wasm'] as const;

/** Name of an execution provider of ONNX Runtime. */
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** Execution providers of onnxruntime-node, in the order of the help text. */
export const NODE_PROVIDER_NAMES = ['cpu', 'cuda', 'webgpu'] as const;

/** Name of an execution provider of onnxruntime-node. */
export type NodeProviderName = (typeof NODE_PROVIDER_NAMES)[number];
