/**
 * Whether runtimes accept this name: not empty, without control characters and without unpaired surrogates,
 * which UTF-8 cannot encode. docs/IR.md of ONNX requires C identifiers, but exporters write names such as
 * '/down/conv.1:0', which runtimes accept.
 */
export function isValidName(name: string): boolean {
  return name !== '' && !/[\p{Cc}\p{Cs}]/u.test(name);
}
