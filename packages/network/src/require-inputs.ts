import { networkError } from './errors.ts';
import type { NetworkInputs } from './network.ts';

interface Conditions {
  /** Rows of the class embedding; undefined where there is none. */
  readonly numClassEmbeds: number | undefined;
  readonly dropoutUnits: number;
}

/**
 * A network takes class labels exactly where it knows classes, and a dropout mask only where it has dropout.
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
      'network: class labels were given to a network without num_class_embeds',
    );
  }
  if (numClassEmbeds !== undefined && classLabels === undefined) {
    throw networkError(
      'NETWORK_INPUT',
      `network: the network has ${numClassEmbeds} class embeddings and was given no class labels`,
    );
  }
  if (dropoutKeep === undefined) return;
  const [batch, units] = dropoutKeep.shape;
  if (units !== dropoutUnits || dropoutUnits === 0) {
    throw networkError(
      'NETWORK_INPUT',
      `network: a dropout mask of shape [${batch}, ${units}] was given, but the network ` +
        (dropoutUnits === 0 ? 'has no dropout' : `has ${dropoutUnits} dropout units`),
    );
  }
}
