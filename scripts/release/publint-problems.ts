import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Asks publint about a tarball; its suggestions count too. */
export async function findPublintProblems(tarball: Uint8Array): Promise<readonly string[]> {
  // A buffer that holds the tarball alone.
  const { buffer } = new Uint8Array(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) => {
    const text = formatMessage(message, pkg, { color: false }) ?? message.code;
    return `${message.type} ${message.code}: ${text}`;
  });
}
