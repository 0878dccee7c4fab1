// `pnpm agreement`: writes the table that compares our samplers with diffusers into docs/samplers.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { requireNoArguments } from '../no-arguments.ts';
import { agreementTable, withAgreement } from './table.ts';

const HELP = `pnpm agreement

Compares our sampler rows with stored rows of diffusers, and writes the largest differences by class and configuration into
docs/samplers.md. Needs neither Python nor a model.`;

requireNoArguments(HELP);

const path = new URL('../../docs/samplers.md', import.meta.url);
const document = readFileSync(path, 'utf8');
writeFileSync(path, withAgreement(document, agreementTable()));
console.log('docs/samplers.md: table written');
