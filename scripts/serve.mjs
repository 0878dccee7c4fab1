// `pnpm serve`, also used by `npm start`: rebuilds the page if its sources changed, then serves it.
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build, run } from './bootstrap.mjs';

/** A build without changes takes less than this time, in milliseconds. */
const UNCHANGED_MS = 3000;

/** Serves until a signal arrives. The server then finishes the running requests. Resolves to the server's exit code. */
export async function serve(args) {
  const asksHelp = args.includes('--help') || args.includes('-h');
  const ownPage = args.some((arg) => arg === '--page' || arg.startsWith('--page='));
  if (!asksHelp && !ownPage) {
    const code = await announced(() => build(['--filter', '@isonoise/web', '--output-logs', 'errors-only']));
    if (code !== 0) return code;
  }
  const source = [
    '--conditions=@isonoise/source',
    '--import',
    'tsx',
    'packages/cli/src/main.ts',
    'serve',
    ...args,
  ];
  return run(process.execPath, source);
}

/** Runs a build, and prints a note if it takes longer than a build without changes. */
async function announced(act) {
  const note = setTimeout(
    () =>
      console.log(
        'Preparing the page. If it must be built, this takes a minute or two. Its address follows.',
      ),
    UNCHANGED_MS,
  );
  try {
    return await act();
  } finally {
    clearTimeout(note);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(await serve(process.argv.slice(2)));
