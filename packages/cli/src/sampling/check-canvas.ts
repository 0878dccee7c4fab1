import { CliError } from '../errors.ts';
import type { SampleFlags } from './sample-flags.ts';

type CanvasFlags = Pick<SampleFlags, 'canvas' | 'stride' | 'tile'>;

/** Checks the options of larger pictures. @throws `CLI_USAGE` if they contradict each other */
export function checkCanvas({
  outpaint,
  symmetry,
  ...flags
}: CanvasFlags & Pick<SampleFlags, 'outpaint' | 'symmetry'>): void {
  if (outpaint === undefined) requireWindows(flags, '--canvas, --tile or --outpaint');
  if (outpaint !== undefined && symmetry !== undefined)
    fail(
      '--symmetry: would change pixels that --outpaint keeps; expected only one of these options. Leave one out.',
    );
}

/**
 * Checks that windows are requested if `--stride` is given.
 *
 * @param choices options that request windows, for the error
 * @throws `CLI_USAGE` if `--stride` is given without windows
 */
export function requireWindows({ canvas, stride, tile }: CanvasFlags, choices: string): void {
  if (stride !== undefined && canvas === undefined && tile === undefined)
    fail(
      `--stride: the picture is drawn in one piece; expected ${choices}. Add one of them, or leave --stride out.`,
    );
}

function fail(message: string): never {
  throw new CliError('CLI_USAGE', message);
}
