// `pnpm kernels`: writes the table of kernels into packages/trace/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { withKernelTable } from './kernel-table.ts';
import { requireNoArguments } from './no-arguments.ts';

requireNoArguments(`pnpm kernels

Writes the table of kernels into packages/trace/README.md.`);

const readme = new URL('../packages/trace/README.md', import.meta.url);
writeFileSync(readme, withKernelTable(readFileSync(readme, 'utf8')));
