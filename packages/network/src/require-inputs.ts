import { networkError } from './errors.ts';
import type { NetworkInputs } from './network.ts';

interface Conditions {
  /** Rows of the class embedding; undefined without classes. */
  readonly numClassEmbeds: number | undefined;
  readonly dropoutUnits: number;
}

/**
 * Checks the optional inputs of a network: class labels are required if it has classes and otherwise not
 * allowed; a dropout mask is allowed only if it has dropout.
 *
 * @throws `NETWORK_INPUT`
 */
export function requireInputs(
  { numClassEmbeds, dropoutUnits }: Conditions,
  { classLabels, dropoutKeep }: { [K in 'classLabels' | 'dropoutKeep']: NetworkInputs[K] | undefined },
): void {
  if (numClassEmbeds === undefined && classLabels !== undefined) {
    throw networkError(
      'NETWORK_INPUT',
      'network: found class labels, but num_class_embeds is not set; expected none. Omit classLabels.',
    );
  }
  if (numClassEmbeds !== undefined && classLabels === undefined) {
    throw networkError(
      'NETWORK_INPUT',
      `network: class labels are missing; expected them for a network with ${numClassEmbeds} class embeddings. ` +
        'Pass classLabels.',
    );
  }
  if (dropoutKeep === undefined) return;
  const [batch, units] = dropoutKeep.shape;
  if (units !== dropoutUnits || dropoutUnits === 0) {
    throw networkError(
      'NETWORK_INPUT',
      `network: found a dropout mask of shape [${batch}, ${units}]; expected ` +
        (dropoutUnits === 0
          ? 'none, because the network does not use dropout. Omit dropoutKeep.'
          : `${dropoutUnits} dropout units. Correct dropoutKeep.`),
    );
  }
}
