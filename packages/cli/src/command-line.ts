/** Words made of characters that have no special meaning in a POSIX shell. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Writes a command as it would be typed in a shell. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** Returns the last message of a stopped command, with the command that resumes it. */
export function stoppedHint(what: string, command: string): string {
  return `${what}. Resume it with: ${command}`;
}
