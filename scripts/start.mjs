// `npm start`: everything once. Sets up, then hands over to TypeScript.
import process from 'node:process';
import { install, run } from './bootstrap.mjs';

install();
const source = ['--conditions=source', '--import', 'tsx', 'scripts/start.ts', ...process.argv.slice(2)];
process.exit(run(process.execPath, source));
