// `pnpm build:site`: rebuilds the page if its sources changed, then writes the site.
import process from 'node:process';
import { build, run } from './bootstrap.mjs';

const args = process.argv.slice(2);
const asksHelp = args.includes('--help') || args.includes('-h');
const code = asksHelp ? 0 : await build(['--filter', '@isonoise/web', '--output-logs', 'errors-only']);
const script = ['--conditions=@isonoise/source', '--import', 'tsx', 'scripts/site/main.ts', ...args];
process.exit(code === 0 ? await run(process.execPath, script) : code);
