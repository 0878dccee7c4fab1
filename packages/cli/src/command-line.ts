/** Characters that no POSIX shell gives a meaning. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A command as one would type it. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** What was stopped, and the command that continues it: the last that a user sees of it. */
export function stoppedHint(what: string, command: string): string {
  return `${what}. Resume it with: ${command}`;
}
