// `npm start`: sets up, trains, exports and draws (start.ts), then serves the model that it trained.
import process from 'node:process';
import { install, run } from './bootstrap.mjs';
import { serve } from './serve.mjs';

const args = process.argv.slice(2);
const withoutServing = args.includes('--no-serve') || args.includes('--help');

await install();
const source = ['--conditions=@isonoise/source', '--import', 'tsx', 'scripts/start.ts', ...args];
const code = await run(process.execPath, source);
process.exit(code === 0 && !withoutServing ? await serve([]) : code);
