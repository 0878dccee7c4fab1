// `npm start`: everything once. Sets up, trains, exports and draws (start.ts), then serves what it made.
import process from 'node:process';
import { install, run } from './bootstrap.mjs';
import { serve } from './serve.mjs';

const args = process.argv.slice(2);
const withoutServing = args.includes('--no-serve') || args.includes('--help');

install();
const source = ['--conditions=@isonoise/source', '--import', 'tsx', 'scripts/start.ts', ...args];
const code = run(process.execPath, source);
process.exit(code === 0 && !withoutServing ? await serve(['out/quick']) : code);
