// `pnpm agreement`: writes the table of agreements with diffusers into docs/samplers.md, from the stored rows.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { agreementTable, withAgreement } from './table.ts';

const HELP = `pnpm agreement

Writes the table of agreements with diffusers, by class and configuration, into docs/samplers.md. Our rows are compared with
stored rows of diffusers, so neither Python nor a model is needed.`;

const args = process.argv.slice(2);
if (args.length > 0) {
  console.log(HELP);
  process.exit(args.includes('--help') || args.includes('-h') ? 0 : 2);
}

const path = new URL('../../docs/samplers.md', import.meta.url);
const document = readFileSync(path, 'utf8');
writeFileSync(path, withAgreement(document, agreementTable()));
console.log('docs/samplers.md: agreement written');
