/** Matches words whose characters have no special meaning in a POSIX shell. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Returns a command as a user types it in a shell. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** Returns the message of a stopped command. It ends with the command that resumes the work. */
export function stoppedHint(what: string, command: string): string {
  return `${what}. Resume it with: ${command}`;
}
