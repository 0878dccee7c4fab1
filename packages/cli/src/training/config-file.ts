import { decodeText } from '@isonoise/data';
import { findDuplicateKey } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { withCurrentNames } from '@isonoise/train';
import { CliError } from '../errors.ts';

/** Fields of a configuration that were parsed from JSON, but not checked. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the file of `--config`. Earlier field names are replaced by the current names.
 *
 * @throws `CLI_USAGE` if the file cannot be read, is not a JSON object, or repeats a key
 */
export async function readConfigFile(path: string): Promise<Fields> {
  let content: unknown;
  try {
    const text = decodeText(await readRegularFile(path), path);
    content = JSON.parse(text);
    const repeated = findDuplicateKey(text);
    if (repeated !== undefined)
      throw new SyntaxError(`the key ${JSON.stringify(repeated)} occurs twice in an object`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CLI_USAGE', `--config ${path}: cannot be read as JSON: ${reason}`, { cause });
  }
  return withCurrentNames(requireFields(content, '--config'));
}

/**
 * Checks that a value is an object.
 *
 * @param what prefix of the error message
 * @throws `CLI_USAGE` if the value is not an object
 */
function requireFields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new CliError(
    'CLI_USAGE',
    `${what}: got ${JSON.stringify(value)}; expected a JSON object of configuration fields.`,
  );
}

/** Returns the fields of the network in a config file. @throws `CLI_USAGE` if they are not an object */
export function networkOfFile({ network }: Fields): Fields {
  return network === undefined ? {} : requireFields(network, '--config: network');
}
