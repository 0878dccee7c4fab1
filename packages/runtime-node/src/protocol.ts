import type { DenoiserContract } from '@isonoise/runtime/session';

/** Execution providers of onnxruntime-node. */
export type NodeProviderName = 'cpu' | 'cuda' | 'webgpu';

/** What the worker is asked to do. Arrays are transferred: the sender's are gone. */
export interface WorkerCalls {
  open: {
    readonly request: {
      readonly model: Uint8Array<ArrayBuffer>;
      readonly contract: DenoiserContract;
      readonly provider: NodeProviderName;
      /** Threads within an operator; ONNX Runtime's own choice where absent. */
      readonly threads?: number;
    };
    readonly response: undefined;
  };
  run: {
    readonly request: {
      readonly x: Float32Array<ArrayBuffer>;
      readonly t: Float32Array<ArrayBuffer>;
      readonly labels?: Int32Array<ArrayBuffer>;
    };
    readonly response: Float32Array;
  };
  /** Releases the session; the worker then ends by itself. */
  close: { readonly request: undefined; readonly response: undefined };
}

export type CallName = keyof WorkerCalls;

/** Main thread to worker. */
export type CallMessage = {
  readonly [K in CallName]: {
    readonly id: number;
    readonly call: K;
    readonly request: WorkerCalls[K]['request'];
  };
}[CallName];

/** Worker to main thread. */
export type ReplyMessage =
  | { readonly id: number; readonly ok: true; readonly response: WorkerCalls[CallName]['response'] }
  | { readonly id: number; readonly ok: false; readonly error: SentError };

/** An error as it crosses: structured clone alone would lose `code` and the class. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: SentError;
}
