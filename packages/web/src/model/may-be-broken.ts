import { codeOf } from '@isonoise/error';

/**
 * Whether an error may mean that an open model cannot be used again, because its thread or its GPU has ended. Errors of
 * ONNX Runtime and of the browser have no code.
 */
export function mayBeBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || code === 'RUNTIME_WORKER';
}
