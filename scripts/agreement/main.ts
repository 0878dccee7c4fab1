// `pnpm agreement`: writes the table that compares our samplers with diffusers into docs/samplers.md.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { agreementTable, withAgreement } from './table.ts';

const HELP = `pnpm agreement

Compares our sampler rows with stored rows of diffusers, and writes the largest differences by class and configuration into
docs/samplers.md. Needs neither Python nor a model.`;

const args = process.argv.slice(2);
if (args.length > 0) {
  console.log(HELP);
  process.exit(args.includes('--help') || args.includes('-h') ? 0 : 2);
}

const path = new URL('../../docs/samplers.md', import.meta.url);
const document = readFileSync(path, 'utf8');
writeFileSync(path, withAgreement(document, agreementTable()));
console.log('docs/samplers.md: table written');
