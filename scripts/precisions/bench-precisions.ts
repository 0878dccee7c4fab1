// `pnpm bench precisions`: times a model in each precision on each runtime, and writes the table into its card.

import { printable } from '@isonoise/error';
import { readCard, writeCard } from '../../packages/cli/src/evaluating/card-section.ts';
import { describeMachine, loadAverage } from '../bench/machine.ts';
import { runtimes } from '../parity/runtimes.ts';
import { reportFailure } from '../report-failure.ts';
import { measureSpeeds } from './measure.ts';
import { ONNX_RUNTIMES, parseOptions } from './options.ts';
import { SPEED_SECTION, speedSection } from './section.ts';

const HELP = `pnpm bench precisions <model> [--only names] [--rounds n] [--write]

Exports the model in fp32, fp16 and int8 into a temporary folder, and times one call of each graph on every runtime:
${ONNX_RUNTIMES.map((name) => `  ${name.padEnd(18)} ${runtimes[name].label}`).join('\n')}

  --only a,b    measure only these runtimes (default: all)
  --rounds n    timed calls of each graph, taken in turn (default: 20)
  --write       write the table into the card of the model, as the section ${SPEED_SECTION}

Missing runtimes are listed with the reason.

Example:
  pnpm bench precisions models/mnist --write`;

export async function benchPrecisions(args: readonly string[]): Promise<void> {
  try {
    const options = parseOptions(args);
    if (options.help) {
      console.log(HELP);
      return;
    }
    const { model, write } = options;
    const card = write ? await readCard(model) : null;
    const load = loadAverage();
    const onStep = (what: string): void => console.error(`precisions: ${what}`);
    const speeds = await measureSpeeds({ ...options, onStep });
    const section = printable(
      speedSection({
        ...speeds,
        machine: describeMachine(),
        load,
        date: new Date().toISOString(),
        command: `pnpm bench precisions ${args.join(' ')}`,
      }),
      '\n',
    );
    console.log(section);
    if (card === null) return;
    await writeCard(model, card, { [SPEED_SECTION]: section });
    console.error(
      `precisions: wrote the section ${SPEED_SECTION} into the card of ${model}, and resealed it`,
    );
  } catch (error) {
    reportFailure(error, HELP);
  }
}
