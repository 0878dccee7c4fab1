import { type IsonoiseError, printable } from '@isonoise/error';
import * as v from 'valibot';
import { networkError } from './errors.ts';

/** Returns the schema of a count: a whole number from 1 to `max`. */
export const count = (max: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer('a whole number'), v.minValue(1), v.maxValue(max));

type StrictSchema = v.GenericSchema & { readonly entries: v.ObjectEntries };

/**
 * Validates the fields of a configuration, and then the relations between them.
 *
 * @param input keys that start with `_`, except `_class_name`, are notes and are ignored
 * @param relations returns the problems in the relations between fields, one line each
 * @throws `NETWORK_CONFIG` if fields are wrong; the message has a line for each of them
 */
export function parseConfig<S extends StrictSchema>(
  schema: S,
  input: unknown,
  relations: (config: v.InferOutput<S>) => readonly string[],
): v.InferOutput<S> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw configError([
      `got ${JSON.stringify(input)}; expected an object with the fields of unet/config.json`,
    ]);
  }
  const fields = Object.fromEntries(
    Object.entries(input).filter(([key]) => key === '_class_name' || !key.startsWith('_')),
  );
  const result = v.safeParse(schema, fields);
  if (!result.success) {
    throw configError(
      result.issues.map((issue) => {
        const path = v.getDotPath(issue) ?? '';
        if (issue.type !== 'strict_object') {
          return `${path}: got ${issue.received}; expected ${issue.expected ?? issue.message}`;
        }
        return issue.expected === 'never'
          ? `${path}: unknown; expected one of ${Object.keys(schema.entries).join(', ')}`
          : `${path}: missing; expected a value`;
      }),
    );
  }
  const problems = relations(result.output);
  if (problems.length > 0) throw configError(problems);
  return result.output;
}

export function configError(problems: readonly string[]): IsonoiseError {
  return networkError(
    'NETWORK_CONFIG',
    `network configuration:\n${problems.map((problem) => `  ${printable(problem)}`).join('\n')}\nCorrect these fields.`,
  );
}
