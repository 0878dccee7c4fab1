/**
 * Ends the process with the help of a command that has no arguments, if any were given. The exit code is 0 for `--help` and
 * `-h`, otherwise 2.
 */
export function requireNoArguments(help: string, args: readonly string[] = process.argv.slice(2)): void {
  if (args.length === 0) return;
  console.log(help);
  process.exit(args.includes('--help') || args.includes('-h') ? 0 : 2);
}
