#!/usr/bin/env node
// The command of the installed package. It is committed, unlike dist, because package managers link it while they
// install, when nothing is built yet.
import { existsSync } from 'node:fs';
import process from 'node:process';

if (existsSync(new URL('../dist/main.js', import.meta.url))) await import('../dist/main.js');
else {
  console.error('isonoise: packages/cli is not built; run pnpm build, or run it from source: pnpm isonoise');
  process.exitCode = 1;
}
