import { CliError } from '../errors.ts';
import type { SampleFlags } from './sample-flags.ts';

type CanvasFlags = Pick<SampleFlags, 'outpaint' | 'canvas' | 'stride' | 'tile' | 'symmetry'>;

/** Checks the options of larger pictures. @throws `CLI_USAGE` if they contradict each other */
export function checkCanvas({ outpaint, canvas, stride, tile, symmetry }: CanvasFlags): void {
  if (stride !== undefined && canvas === undefined && tile === undefined && outpaint === undefined)
    fail(
      '--stride: got no windows; expected --canvas, --tile or --outpaint. Add one of them, or leave --stride out.',
    );
  if (outpaint !== undefined && symmetry !== undefined)
    fail(
      '--symmetry: would change pixels that --outpaint keeps; expected only one of these options. Leave one out.',
    );
}

function fail(message: string): never {
  throw new CliError('CLI_USAGE', message);
}
