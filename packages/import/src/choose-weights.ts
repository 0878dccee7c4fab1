import { listed, listedLines, plural } from '@isonoise/error';
import type { Network } from '@isonoise/network';
import { importError } from './errors.ts';
import type { StoredTensor, TensorGroup } from './stored-tensor.ts';
import { currentName, MAX_SETS, prefixesOf } from './weight-names.ts';

/** Weights of a network that were found in a file. */
export interface FoundWeights {
  /**
   * Location in the file: the keys that lead to the weights, and the prefix of their names; empty for the whole file.
   */
  readonly label: string;
  /** Tensors by the names of the network. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Names in the file that are not weights of the network. */
  readonly unused: readonly string[];
  /** Descriptions of the network's weights that are missing or have a different shape. */
  readonly problems: readonly string[];
}

export interface ChooseOptions {
  /** Label of the weights to take. Default: the average, or else the only complete set. */
  readonly weights?: string | undefined;
  /** Whether to leave out tensors that the network does not have. By default, they are an error. */
  readonly ignoreUnused?: boolean | undefined;
}

/**
 * Chooses the weights of a network among the sets of tensors of a file. Averages are preferred, because they draw
 * better images.
 *
 * @param description location of the file, for errors
 * @returns the weights, and notes about what was left out
 * @throws `IMPORT_WEIGHTS` if not exactly one set has all weights, or if there are more than {@link MAX_SETS} sets.
 *   The message lists weights that are missing or left over.
 */
export function chooseWeights(
  network: Pick<Network, 'parameters'>,
  groups: readonly TensorGroup[],
  options: ChooseOptions,
  description: string,
): { readonly found: FoundWeights; readonly notes: readonly string[] } {
  const candidates = candidatesOf(network, groups, description);
  const named =
    options.weights === undefined ? candidates : candidates.filter(({ label }) => label === options.weights);
  if (named.length === 0) throw nothingFound(network, candidates, groups, options, description);
  const complete = named.filter(({ problems }) => problems.length === 0);
  // The averages of ema-pytorch have a copy of the raw weights beside them.
  const averages = complete.filter(
    ({ label }) => /ema|average|avg|shadow/i.test(label) && !label.includes('online_model'),
  );
  const [found, another] = averages.length > 0 ? averages : complete;
  if (found === undefined) throw incomplete(named, description);
  if (another !== undefined) {
    throw importError(
      'IMPORT_WEIGHTS',
      `import: ${description} has ${plural(complete.length, 'set of weights', 'sets of weights')} for this network (${labels(complete)}); expected ` +
        'one. Choose one with --weights.',
    );
  }
  if (found.unused.length > 0 && options.ignoreUnused !== true) {
    throw importError(
      'IMPORT_WEIGHTS',
      `import: ${description} has ${tensorCount(found.unused)} that the network of the configuration does not have: ` +
        `${listed(found.unused)}; expected only its weights. Correct the configuration, or leave them out with ` +
        '--ignore-unused.',
    );
  }
  const notes = [
    ...(complete.length > 1
      ? [`took the weights ${quoted(found.label)}; --weights chooses others: ${labels(complete)}`]
      : []),
    ...(found.unused.length > 0
      ? [`left out ${tensorCount(found.unused)} that the network does not have: ${listed(found.unused)}`]
      : []),
  ];
  return { found, notes };
}

/** Names that a state dict may contain besides weights. They are never reported as left over. */
const COUNTERS = /(^|\.)(num_batches_tracked|num_updates|optimization_step|step|decay|initted)$/;

function candidatesOf(
  { parameters }: Pick<Network, 'parameters'>,
  groups: readonly TensorGroup[],
  description: string,
): readonly FoundWeights[] {
  const [first] = parameters;
  if (first === undefined) return [];
  const found = groups.map(({ tensors }) => prefixesOf([...tensors.keys()].map(currentName), first.name));
  const sets = found.reduce((sum, prefixes) => sum + prefixes.length, 0);
  if (sets > MAX_SETS) {
    throw importError(
      'IMPORT_WEIGHTS',
      `import: ${description} has more than ${MAX_SETS} sets of weights with ${first.name}; expected fewer. Save the weights ` +
        'of one network.',
    );
  }
  return groups.flatMap((group, i) => weightsOf(parameters, group, found[i] ?? []));
}

function weightsOf(
  parameters: Network['parameters'],
  { path, tensors }: TensorGroup,
  prefixes: readonly string[],
): readonly FoundWeights[] {
  return prefixes.map((prefix) => {
    const inside = new Map<string, StoredTensor>();
    const origin = new Map<string, string>();
    for (const [name, tensor] of tensors) {
      const present = currentName(name);
      if (!present.startsWith(prefix)) continue;
      const own = present.slice(prefix.length);
      inside.set(own, tensor);
      origin.set(own, name);
    }
    const known = new Map(parameters.map(({ name, shape }) => [name, shape]));
    const problems = [...known].flatMap(([name, shape]) => {
      const tensor = inside.get(name);
      if (tensor === undefined) return [`${name} is missing`];
      return sameShape(tensor.shape, shape)
        ? []
        : [`${name} has the shape [${tensor.shape.join(', ')}]; expected [${shape.join(', ')}]`];
    });
    // Names with the longer prefix of a different network do not belong to this network.
    const others = prefixes.filter((other) => other !== prefix && other.startsWith(prefix));
    const unused = [...inside.keys()].filter(
      (name) =>
        !known.has(name) &&
        !COUNTERS.test(name) &&
        !others.some((other) => `${prefix}${name}`.startsWith(other)),
    );
    return {
      label: [path, prefix.replace(/\.$/, '')].filter((part) => part !== '').join('.'),
      tensors: inside,
      unused: unused.map((name) => origin.get(name) ?? name),
      problems,
    };
  });
}

/** Whether shapes are equal; PyTorch may store a linear layer as a convolution of one pixel, `[out, in, 1, 1]`. */
function sameShape(stored: readonly number[], expected: readonly number[]): boolean {
  if (stored.length < expected.length) return false;
  return stored.every((size, i) => size === (expected[i] ?? 1));
}

function nothingFound(
  { parameters }: Pick<Network, 'parameters'>,
  candidates: readonly FoundWeights[],
  groups: readonly TensorGroup[],
  { weights }: ChooseOptions,
  description: string,
): Error {
  if (weights !== undefined && candidates.length > 0) {
    const named = candidates.filter(({ label }) => label !== '');
    return importError(
      'IMPORT_WEIGHTS',
      named.length === 0
        ? `import: --weights ${weights}: ${description} has one set of weights, without a name; expected no --weights. Leave it out.`
        : `import: --weights ${weights}: ${description} has the sets ${labels(named)}; expected one of them. Correct --weights.`,
    );
  }
  const names = groups.flatMap(({ tensors }) => [...tensors.keys()]);
  return importError(
    'IMPORT_WEIGHTS',
    `import: ${description} has ${tensorCount(names)} (${listed(names) || 'none'}); expected the weights of the ` +
      `network of the configuration, such as ${parameters[0]?.name}. Name the weights file of such a model.`,
  );
}

function incomplete(candidates: readonly FoundWeights[], description: string): Error {
  const best = candidates.reduce((a, b) => (b.problems.length < a.problems.length ? b : a));
  const lines = [...best.problems, ...best.unused.map((name) => `${name} is left over`)];
  return importError('IMPORT_WEIGHTS', [
    `import: of the weights of ${description}${best.label === '' ? '' : ` (${best.label})`}, ${best.problems.length} are missing ` +
      `or have a different shape, and ${best.unused.length} are left over; expected those of the network of the configuration:`,
    ...listedLines(lines).split('\n'),
    'Use the configuration of the training.',
  ]);
}

const tensorCount = ({ length }: readonly string[]): string => plural(length, 'tensor');
const quoted = (label: string): string => (label === '' ? 'of the whole file' : label);
const labels = (sets: readonly FoundWeights[]): string => listed(sets.map(({ label }) => quoted(label)));
