// `pnpm build`: builds every package to dist.
import process from 'node:process';
import { build } from './bootstrap.mjs';

process.exit(await build(process.argv.slice(2)));
