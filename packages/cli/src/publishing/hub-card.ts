import { type ModelSpec, modelCard, readModelCard } from '@isonoise/bundle';
import { CliError } from '../errors.ts';

/** Licences that the hub knows by their identifiers; all others are `other` with a name and a link. */
const LICENSE = /^[a-z0-9][a-z0-9.-]*$/;

/**
 * Returns the model card with the front matter that the hub reads: licence, library, task, tags and data sets
 * (https://huggingface.co/docs/hub/model-cards). The text of the card stays.
 *
 * @param license replaces the card's licence; default: unchanged
 * @throws `CLI_USAGE` the card names no licence, or one that is not an identifier
 */
export function hubCard(markdown: string | undefined, spec: ModelSpec, license: string | undefined): string {
  const card = markdown === undefined ? {} : readModelCard(markdown);
  const named = license ?? card.license;
  if (named === undefined || !LICENSE.test(named)) {
    throw new CliError(
      'CLI_USAGE',
      `publish-model: the card names ${named === undefined ? 'no licence' : `the licence ${named}`}; expected an identifier of the hub, ` +
        'such as apache-2.0. Name it with --license.',
    );
  }
  return markdown !== undefined && named === card.license
    ? markdown
    : modelCard(spec, { ...card, license: named });
}
