import { commandLine } from '../command-line.ts';

/** Default of `--dir`: the folder in which other commands find data sets. */
export const DATA_FOLDER = 'data';

/** Returns the `pnpm data` command that downloads a set into the same folder and from the same address. */
export function dataCommandOf(
  name: string,
  { dir, npm, baseUrl }: { readonly dir: string; readonly npm?: boolean; readonly baseUrl?: string },
): string {
  return commandLine([
    ...['pnpm', 'data', name],
    ...(npm === true ? ['--npm'] : []),
    ...(dir === DATA_FOLDER ? [] : ['--dir', dir]),
    ...(baseUrl === undefined ? [] : ['--base-url', baseUrl]),
  ]);
}
