// `pnpm errors`: writes docs/errors.md from the tables of the packages.
import { writeFileSync } from 'node:fs';
import { requireNoArguments } from '../no-arguments.ts';
import { errorPage } from './error-page.ts';

requireNoArguments(`pnpm errors

Writes docs/errors.md from the error codes of the packages.`);

writeFileSync(new URL('../../docs/errors.md', import.meta.url), errorPage());
