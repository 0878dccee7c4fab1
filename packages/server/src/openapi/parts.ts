import { ServerError } from '../errors.ts';
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
/** What `BODY_INVALID` means for a request that draws. */
export const INVALID_REQUEST =
  'The body is not a valid request, or the model does not support a setting, such as the class or the number of steps.';
export const HOST_PROBLEM: Json = problem('HOST_NOT_ALLOWED', 'The Host of the request is not allowed.');
export const METHOD_PROBLEM: Json = problem('METHOD_NOT_ALLOWED', 'The path does not support this method.', {
  Allow: { description: 'The supported methods.', ...text },
});
export const RETRY: Json = { 'Retry-After': { description: 'Seconds to wait before a retry.', ...integer } };

/** Whether responses with a code have the header `Retry-After`. */
const isRetried = (code: ExampleCode): boolean => 'Retry-After' in new ServerError(code, '').headers;

/**
 * Describes the error responses of an operation, by status.
 *
 * @param meanings meaning of each code in this operation; codes with the same status share a response
 */
export function problems(meanings: { readonly [C in ExampleCode]?: string }): Json {
  const ofStatus = new Map<number, ExampleCode[]>();
  for (const code of Object.keys(meanings) as ExampleCode[]) {
    const { status } = new ServerError(code, '');
    ofStatus.set(status, [...(ofStatus.get(status) ?? []), code]);
  }
  const responses = [...ofStatus].map(([status, codes]) => {
    const example = (code: ExampleCode): Json => ({ summary: meanings[code], value: errorExample(code) });
    return [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${meanings[code]}`).join(' '),
        content: {
          'application/json': {
            ...ref('ApiError'),
            examples: Object.fromEntries(codes.map((code) => [code, example(code)])),
          },
        },
        headers: codes.some(isRetried) ? RETRY : undefined,
      },
    ] as const;
  });
  return Object.fromEntries(responses);
}

/** A parameter in the path. */
export const parameter = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  ...text,
});
