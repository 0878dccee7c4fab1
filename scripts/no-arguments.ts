/**
 * Prints the help and ends the process if a command that accepts no arguments got some. The exit code is 0 if `--help`
 * or `-h` is among the arguments, and 2 otherwise.
 */
export function requireNoArguments(help: string, args: readonly string[] = process.argv.slice(2)): void {
  if (args.length === 0) return;
  console.log(help);
  process.exit(args.includes('--help') || args.includes('-h') ? 0 : 2);
}
