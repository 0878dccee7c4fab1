// `pnpm serve`, and the end of `npm start`: rebuilds the page if its sources changed, then serves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build, root } from './bootstrap.mjs';

/** Serves until a signal, after which the server finishes running requests; resolves to its exit code. */
export async function serve(args) {
  const asksHelp = args.includes('--help') || args.includes('-h');
  const ownPage = args.some((arg) => arg === '--page' || arg.startsWith('--page='));
  if (!asksHelp && !ownPage) {
    const code = build(['--filter', '@isonoise/web', '--output-logs', 'errors-only']);
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
  const server = spawn(process.execPath, source, { cwd: root, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the server too. Signals that reach only this process are passed on.
  process.on('SIGINT', () => {});
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => server.kill(name));
  const [code, signal] = await once(server, 'exit');
  return code ?? 128 + constants.signals[signal];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(await serve(process.argv.slice(2)));
