// Writes the table of agreements with diffusers into docs/samplers.md, from the stored rows.
import { readFileSync, writeFileSync } from 'node:fs';
import { agreementTable, withAgreement } from './table.ts';

const path = new URL('../../docs/samplers.md', import.meta.url);
const document = readFileSync(path, 'utf8');
writeFileSync(path, withAgreement(document, agreementTable()));
console.log('docs/samplers.md: agreement written');
