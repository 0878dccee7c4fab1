import { sha256Hex } from '@isonoise/bundle';
import type { Classifier } from '@isonoise/network';
import type { ClassifierRecipe } from '@isonoise/train';
import type { IconPictures } from './icon-pictures.ts';
import { FRESH_SCALE, type IconMeasures, REFERENCE } from './measure-icon-features.ts';

interface IconCardFacts {
  readonly classifier: Classifier;
  readonly parameters: number;
  readonly pictures: IconPictures;
  readonly counts: { readonly training: number; readonly heldOut: number };
  readonly recipe: ClassifierRecipe;
  readonly seconds: number;
  readonly measured: IconMeasures;
  readonly onnx: Uint8Array;
  readonly command: string;
}

/** Writes the text of the card of models/picture-features. */
export function iconCard(facts: IconCardFacts): string {
  const { classifier, parameters, pictures, counts, recipe, seconds, measured, onnx, command } = facts;
  const { steps, batchSize, learningRate, warmupSteps, emaDecay, seed } = recipe;
  const { channels, height, width } = classifier.imageShape;
  const number = (value: number): string => value.toLocaleString('en-US');
  return `---
license: apache-2.0
library_name: isonoise
pipeline_tag: image-classification
---

# picture-features

A small classifier of pictures in colour, with or without alpha. \`pnpm evaluate\` uses the ${classifier.features} outputs of its last hidden layer as features of images that have no classifier of their own: icons, sprites and other pictures of 16 to 64 pixels.

| | |
|---|---|
| Input \`images\` | [batch, ${channels}, ${height}, ${width}], values in [-1, 1]: premultiplied red, green and blue, and alpha |
| Output \`features\` | [batch, ${classifier.features}] |
| Output \`logits\` | [batch, ${pictures.groupNames.length}], logarithms of probabilities: ${pictures.groupNames.join(', ')} |
| Accuracy | **${(100 * measured.groupAccuracy).toFixed(1)} %** of ${number(counts.heldOut)} held-out icons are assigned to the right group |
| Network | four convolutions with group normalization and ReLU, a hidden layer; ${number(parameters)} parameters |
| Training | ${number(steps)} steps, batch size ${batchSize}, ${number(counts.training)} icons of ${number(pictures.thingNames.length)} things, seed ${seed}, in ${Math.round(seconds / 60)} min beside other work |
| Optimizer | Adam, rate ${learningRate}, cosine, warmup ${warmupSteps}; averaged weights, decay ${emaDecay} |
| SHA-256 of \`model.onnx\` | \`${sha256Hex(onnx)}\` |

Made by \`${command}\` from the icons of \`pnpm data icons\`: Fluent Emoji Flat (Microsoft Corporation, MIT), Noto Emoji (Google Inc, Apache-2.0) and Twemoji (Twitter, CC BY 4.0). The training step and the network are tfjs functions, traced into ONNX and run by ONNX Runtime. Before \`model.onnx\` was written, its outputs were compared with those of the tfjs network.

The classifier learns to name the thing that an icon depicts, regardless of the set. The score of a group is the sum of the probabilities of its things. Each drawing is mirrored, turned, scaled, shifted and recoloured at random, placed on white, on a random colour or on a transparent background, and drawn at 16 or 32 pixels. A quarter of the pictures are blurred or noisy, and their class is the degree of this fault instead of the thing, so that the features show such faults, too.

## How pictures are converted

1. Grey becomes red, green and blue. Pictures without alpha are opaque.
2. Colours are multiplied by alpha. A transparent pixel is -1 in all four channels.
3. Each channel is resized to ${height}x${width}: by repeating pixels if the side divides ${height}, otherwise with a triangle filter. Pictures of ${height}x${width} do not change.

Compare only pictures of one kind: transparent pictures with transparent ones, and pictures on white with pictures on white.

## Validation

${number(counts.heldOut)} held-out icons are compared with ${number(REFERENCE)} training icons, by FID and KID × 1000. A useful measure increases with the strength of a corruption. It does in ${countIncreasing(measured)}. Swaps did not occur in training.

${measured.graded.map(section).join('\n\n')}
`;
}

function countIncreasing({ graded }: IconMeasures): string {
  const rows = graded.flatMap(({ kind, rows: all }) => all.map((row) => ({ kind, ...row })));
  const others = rows.filter(({ increases }) => !increases);
  const named = others.map(({ kind, corruption }) => `${kind}, ${corruption.name}`).join('; ');
  return `${rows.length - others.length} of ${rows.length} rows${others.length === 0 ? '' : ` (all except ${named})`}`;
}

function section({ kind, rows, fresh }: IconMeasures['graded'][number]): string {
  const cell = ({ fid, kid }: { readonly fid: number; readonly kid: number }): string =>
    `${fid.toFixed(1)}; ${(1000 * kid).toFixed(2)}`;
  const lines = rows.map(({ corruption, distances }) => {
    const [intact, ...graded] = distances.map(cell);
    const cells = graded.map((text, i) => `${corruption.strengths[i]}: ${text}`);
    return `| ${corruption.name}: ${corruption.unit} | ${intact} | ${cells.join(' | ')} |`;
  });
  return `### ${kind}

| corruption | none | strength: FID; KID × 1000 | | | |
|---|---|---|---|---|---|
${lines.join('\n')}

Other training icons, drawn at ${FRESH_SCALE} of their size: ${cell(fresh)}.`;
}
