import type { Context } from 'hono';
import * as v from 'valibot';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { BodyMemory } from './body-memory.ts';
import { bodyProblems } from './body-problems.ts';
import { parseJson } from './parse-json.ts';
import type { BodyLimits } from './read-body.ts';

/** Schema and field names of a route's bodies. */
export interface BodyKind<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  readonly fields: readonly string[];
}

/** Number of bodies with arrays of the maximum length that may be received at the same time. */
const LONGEST_BODIES = 8;

/** Creates the limit on the memory that the bodies of all requests take together. */
export const bodyMemory = ({ arrayBytes }: BodyLimits): BodyMemory =>
  new BodyMemory(LONGEST_BODIES * arrayBytes);

/** Parses a body. @throws ServerError `BODY_INVALID` with all invalid fields */
export function parseBody<T>({ schema, fields }: BodyKind<T>, bytes: Uint8Array): T {
  const result = v.safeParse(schema, parseJson(bytes));
  if (result.success) return result.output;
  throw new ServerError(
    'BODY_INVALID',
    `${bodyProblems(result.issues, fields).join('; ')}. See /v1/openapi.json.`,
  );
}

/**
 * Checks the type of a body.
 *
 * @throws ServerError `BODY_TYPE` if the Content-Type is not JSON in UTF-8, or if the body is compressed
 */
export function requireJson(context: Context<Environment>): void {
  const type = context.req.header('Content-Type') ?? 'missing';
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type) ?? [];
  // CSRF protection: pages of other sites cannot send this type without a preflight.
  if (!/^application\/json\s*(;|$)/i.test(type) || charset.toLowerCase() !== 'utf-8') {
    throw new ServerError('BODY_TYPE', `Content-Type is ${type}; expected application/json, in UTF-8.`);
  }
  const encoding = context.req.header('Content-Encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() === 'identity') return;
  const message = `Content-Encoding is ${encoding}; expected none. Send the body uncompressed.`;
  throw new ServerError('BODY_TYPE', message, { headers: { 'Accept-Encoding': 'identity' } });
}
