// `pnpm kernels`: writes the table of kernels into packages/trace/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { withKernelTable } from './kernel-table.ts';

const readme = new URL('../packages/trace/README.md', import.meta.url);
writeFileSync(readme, withKernelTable(readFileSync(readme, 'utf8')));
