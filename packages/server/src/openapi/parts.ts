import { type ExampleCode, errorExample } from './examples.ts';

/** A JSON object. */
export type Json = { readonly [key: string]: unknown };

export const text: Json = { schema: { type: 'string' } };
const integer = { schema: { type: 'integer', minimum: 1 } };
export const ref = (name: string): Json => ({ schema: { $ref: `#/components/schemas/${name}` } });

export const problem = (code: ExampleCode, description: string, headers?: Json): Json => ({
  description,
  content: { 'application/json': { ...ref('ApiError'), example: errorExample(code) } },
  headers,
});
export const KEY_PROBLEM: Json = problem(
  'KEY_REQUIRED',
  'The key is missing or wrong. Send Authorization: Bearer <key>.',
);
export const HOST_PROBLEM: Json = problem('HOST_NOT_ALLOWED', 'The Host of the request is not allowed.');
export const METHOD_PROBLEM: Json = problem('METHOD_NOT_ALLOWED', 'The path does not support this method.', {
  Allow: { description: 'The supported methods.', ...text },
});
export const RETRY: Json = { 'Retry-After': { description: 'Seconds to wait before a retry.', ...integer } };

/** A parameter in the path. */
export const parameter = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  ...text,
});
