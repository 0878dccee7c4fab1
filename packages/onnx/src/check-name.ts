/** Description of a valid name in messages. */
export const VALID_NAME = 'a non-empty text without control characters or unpaired surrogates';

/**
 * Whether runtimes accept this name. It must not be empty, and must not contain control characters or unpaired
 * surrogates, which UTF-8 cannot encode. docs/IR.md of ONNX requires C identifiers, but exporters write names such as
 * '/down/conv.1:0', and runtimes accept them.
 */
export function isValidName(name: string): boolean {
  return name !== '' && !/[\p{Cc}\p{Cs}]/u.test(name);
}
