import { readRegularFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';

/** Reads the text of the file of `--resume-state`. @throws `CLI_USAGE` if the file cannot be read */
export async function readStateText(path: string): Promise<string> {
  const bytes = await readRegularFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CLI_USAGE', `--resume-state ${path}: cannot be read: ${reason}`, { cause });
  });
  return new TextDecoder().decode(bytes);
}
