import { IsonoiseError } from '@isonoise/error';
import { describe, expect, it } from 'vitest';
import { errorAnswer, ownCode } from './error-answer.ts';
import { ERROR_CODES, ServerError } from './errors.ts';

const coded = (code: string): Error => Object.assign(new Error('/srv/secret/path'), { code });

describe('errorAnswer', () => {
  it.each(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ENOENT', 'Z_BUF_ERROR', 'SQLITE_BUSY'])(
    'does not disclose an error of Node or a library with the code %s',
    (code) => {
      const { status, error } = errorAnswer(coded(code), 'r1');
      expect([status, error.code]).toEqual([500, 'INTERNAL']);
      expect(error.message).not.toContain('secret');
      expect(ownCode(coded(code))).toBeUndefined();
    },
  );

  it('sends the code and the message of an isonoise error', () => {
    const { status, error } = errorAnswer(new IsonoiseError('RUNTIME_RUN', 'denoise: failed.'), 'r1');
    expect([status, error]).toEqual([
      500,
      { code: 'RUNTIME_RUN', message: 'denoise: failed.', requestId: 'r1' },
    ]);
  });

  it('answers 503 with Retry-After if the model may recover', () => {
    const { status, headers } = errorAnswer(new IsonoiseError('RUNTIME_WORKER', 'x'), 'r1');
    expect([status, headers]).toEqual([503, { 'Retry-After': '1' }]);
  });

  it("sends a ServerError's status and headers", () => {
    const refusal = new ServerError('QUEUE_FULL', 'full.', { headers: { 'Retry-After': '3' } });
    expect(errorAnswer(refusal, 'r1')).toEqual({
      status: 429,
      headers: { 'Retry-After': '3' },
      error: { code: 'QUEUE_FULL', message: 'full.', requestId: 'r1' },
    });
  });
});

describe('the codes of the HTTP API', () => {
  it('have not changed', () => {
    expect(Object.keys(ERROR_CODES).filter((code) => !code.startsWith('SERVER_'))).toEqual([
      'REQUEST_MALFORMED',
      'REQUEST_TIMEOUT',
      'HEADERS_TOO_LARGE',
      'EXPECTATION_FAILED',
      'METHOD_NOT_ALLOWED',
      'ENCODING_NOT_ACCEPTABLE',
      'NOT_FOUND',
      'BODY_INVALID',
      'BODY_TYPE',
      'BODY_TOO_LARGE',
      'MODEL_NOT_FOUND',
      'MODEL_MISMATCH',
      'MODEL_BROKEN',
      'MODEL_UNSEALED',
      'BUDGET_EXCEEDED',
      'RESULT_NOT_FINITE',
      'QUEUE_FULL',
      'KEY_REQUIRED',
      'HOST_NOT_ALLOWED',
      'RANGE_UNSATISFIABLE',
      'PAGE_NOT_BUILT',
      'TIME_LIMIT',
      'CLIENT_GONE',
      'SHUTTING_DOWN',
      'QUERY_INVALID',
      'JOBS_NOT_CONFIGURED',
      'JOBS_UNAVAILABLE',
      'JOBS_TOO_MANY',
      'JOBS_MEMORY_FULL',
      'JOB_NOT_FOUND',
      'JOB_OF_COMMAND',
      'JOB_UNREADABLE',
      'JOB_NOT_FINISHED',
      'JOB_FAILED',
      'JOB_CANCELLED',
      'INTERNAL',
    ]);
  });
});
