/**
 * Fits the first and the last layer of a model to images with other channels (grey, colour, or colour and alpha). At
 * first, the network then gives the same results as the model. Channels that the model does not have start with
 * weights of 0.
 *
 * Letters: C channels of the model, C' channels of the new images, V values of a channel at one position of the
 * network (1; with patches, the number of pixels in a patch), O outputs of the first layer, K kernel values for one input or
 * output.
 */

/** Sizes of a first or last layer. */
export interface ChannelSizes {
  /** Channels of the model, C. */
  readonly from: number;
  /** Channels of the new images, C'. */
  readonly to: number;
  /** Values of a channel at one position, V. */
  readonly perChannel: number;
}

/**
 * Fits the weights of the first layer, which sums its inputs. From grey to colour, each colour gets a third of the
 * weight. From colour to grey, the weights of the colours are added.
 *
 * @param weight `[O, C·V, K]`
 * @param outputs O
 * @returns `[O, C'·V, K]`
 */
export function fitInputs(weight: Float32Array, outputs: number, sizes: ChannelSizes): Float32Array {
  const perOutput = weight.length / outputs; // C·V·K
  const rows = Array.from({ length: outputs }, (_, o) =>
    mixed(weight.subarray(o * perOutput, (o + 1) * perOutput), perOutput / sizes.from, sizes, {
      toColour: 1 / 3,
      toGrey: 1,
    }),
  );
  const length = rows[0]?.length ?? 0;
  const values = new Float32Array(outputs * length);
  for (const [o, row] of rows.entries()) values.set(row, o * length);
  return values;
}

/**
 * Fits the weights or the bias of the last layer. From grey to colour, the values are repeated. From colour to grey,
 * their mean is taken. Outputs after the first C·V are predicted variances; they are omitted.
 *
 * @param weight `[C·V or more, K]`
 * @returns `[C'·V, K]`
 */
export function fitOutputs(weight: Float32Array, kernel: number, sizes: ChannelSizes): Float32Array {
  return mixed(weight, sizes.perChannel * kernel, sizes, { toColour: 1, toGrey: 1 / 3 });
}

/** Computes the new channels as weighted sums of the old ones. @param block number of contiguous values of a channel */
function mixed(
  values: Float32Array,
  block: number,
  { from, to }: ChannelSizes,
  shares: { readonly toColour: number; readonly toGrey: number },
): Float32Array {
  const sums = new Float64Array(to * block);
  for (let channel = 0; channel < to; channel++) {
    for (let source = 0; source < from; source++) {
      const share = shareOf(source, channel, from, to, shares);
      for (let i = 0; share !== 0 && i < block; i++)
        sums[channel * block + i] =
          (sums[channel * block + i] as number) + share * (values[source * block + i] as number);
    }
  }
  return Float32Array.from(sums);
}

/** Number of colour channels, which is also the index of the alpha channel. */
const COLOURS = 3;

/** Returns the weight of a model's channel in a new channel. */
function shareOf(
  source: number,
  channel: number,
  from: number,
  to: number,
  { toColour, toGrey }: { readonly toColour: number; readonly toGrey: number },
): number {
  const colours = source < COLOURS && channel < COLOURS;
  if (colours && from === 1 && to > 1) return toColour;
  if (colours && to === 1 && from > 1) return toGrey;
  return source === channel ? 1 : 0;
}
