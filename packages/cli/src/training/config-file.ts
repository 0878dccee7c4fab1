import { decodeText } from '@isonoise/data';
import { readRegularFile } from '@isonoise/runtime-node';
import { withCurrentNames } from '@isonoise/train';
import { CliError } from '../errors.ts';

/** Fields of a configuration as JSON has them; those who use them check them. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The content of `--config`, its fields under their present names.
 *
 * @throws `CLI_USAGE` where it cannot be read or is not a JSON object
 */
export async function readConfigFile(path: string): Promise<Fields> {
  let content: unknown;
  try {
    content = JSON.parse(decodeText(await readRegularFile(path), path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CLI_USAGE', `--config ${path}: not a readable JSON file: ${reason}`, { cause });
  }
  return withCurrentNames(requireFields(content, '--config'));
}

/**
 * @param what begins the message
 * @throws `CLI_USAGE`
 */
function requireFields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new CliError(
    'CLI_USAGE',
    `${what}: got ${JSON.stringify(value)}; expected a JSON object of configuration fields.`,
  );
}

/** The fields of the network in a config file. @throws `CLI_USAGE` where they are not an object */
export function networkOfFile({ network }: Fields): Fields {
  return network === undefined ? {} : requireFields(network, '--config: network');
}
