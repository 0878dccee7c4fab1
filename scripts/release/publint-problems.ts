import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Checks a tarball with publint; its suggestions count as problems. */
export async function findPublintProblems(tarball: Uint8Array): Promise<readonly string[]> {
  // Copy the tarball, because its buffer may contain other data.
  const { buffer } = new Uint8Array(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) => {
    const text = formatMessage(message, pkg, { color: false }) ?? message.code;
    return `${message.type} ${message.code}: ${text}`;
  });
}
