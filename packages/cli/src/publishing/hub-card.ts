import { type JsonObject, type ModelSpec, modelCard, readModelCard } from '@isonoise/bundle';
import { findArchitecture } from '@isonoise/network';
import { CliError } from '../errors.ts';

/** Matches licence identifiers of the hub. */
const LICENSE = /^[a-z0-9][a-z0-9.-]*$/;

/**
 * Returns a model card with the front matter of the Hugging Face hub: licence, library, task, tags and data
 * sets (https://huggingface.co/docs/hub/model-cards). The text of the card does not change.
 *
 * @param networkConfig contents of `unet/config.json`
 * @param license new licence; undefined keeps the card's licence
 * @throws `CLI_USAGE` if the licence is missing or is not an identifier
 */
export function hubCard(
  markdown: string | undefined,
  spec: ModelSpec,
  networkConfig: JsonObject,
  license: string | undefined,
): string {
  const card = markdown === undefined ? {} : readModelCard(markdown);
  const named = license ?? card.license;
  if (named === undefined || !LICENSE.test(named)) {
    throw new CliError(
      'CLI_USAGE',
      `publish-model: the card names ${named === undefined ? 'no licence' : `the licence ${named}`}; expected an identifier of the hub, ` +
        'such as apache-2.0. Pass the identifier with --license.',
    );
  }
  return markdown !== undefined && named === card.license
    ? markdown
    : modelCard(spec, { ...card, license: named }, findArchitecture(networkConfig._class_name));
}
