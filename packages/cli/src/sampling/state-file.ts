import { readOptionFile } from '../read-option-file.ts';

/** Reads the text of the file of `--resume-state`. @throws `CLI_USAGE` if the file cannot be read */
export async function readStateText(path: string): Promise<string> {
  const name = `--resume-state ${path}`;
  return new TextDecoder().decode(await readOptionFile({ path, name, expected: 'a saved state' }));
}
