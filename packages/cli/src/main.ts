#!/usr/bin/env node
import { guardProcess } from './terminal/process-guard.ts';

// Signals must be handled first, because loading the rest takes a while and can be interrupted.
guardProcess();
const { runCli } = await import('./run-cli.ts');
process.exitCode = await runCli(process.argv.slice(2));
