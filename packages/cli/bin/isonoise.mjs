#!/usr/bin/env node
// The command of the installed package. Unlike dist it is committed, because package managers link it during the
// installation, before anything is built.
import { existsSync } from 'node:fs';
import process from 'node:process';

if (existsSync(new URL('../dist/main.js', import.meta.url))) await import('../dist/main.js');
else {
  console.error(
    'isonoise: packages/cli is not built. Run pnpm build, or use pnpm isonoise, which runs the source.',
  );
  process.exitCode = 1;
}
