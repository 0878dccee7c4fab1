import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { agreementTable, withAgreement } from './table.ts';

const document = readFileSync(new URL('../../docs/samplers.md', import.meta.url), 'utf8');

it('docs/samplers.md contains the table that pnpm agreement writes', () => {
  expect(withAgreement(document, agreementTable())).toBe(document);
});

it('withAgreement refuses a document without markers', () => {
  expect(() => withAgreement('# Samplers', '')).toThrow('the markers are missing');
});
