#!/usr/bin/env node
import { guardProcess } from './terminal/process-guard.ts';

// First of all: what follows loads for a while, and may be interrupted meanwhile.
guardProcess();
const { runCli } = await import('./run-cli.ts');
process.exitCode = await runCli(process.argv.slice(2));
