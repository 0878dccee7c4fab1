/**
 * Whether a runtime can carry this name: not empty, no control characters, no half of a surrogate pair (UTF-8 has
 * none). docs/IR.md asks for C identifiers; every exporter writes '/down/conv.1:0', and every runtime takes it.
 */
export function isValidName(name: string): boolean {
  return name !== '' && !/[\p{Cc}\p{Cs}]/u.test(name);
}
