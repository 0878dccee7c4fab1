import { toBytes } from '@isonoise/picture';
import { initialNoise } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { chosenSpec, specNamed } from '../model/model-store.ts';
import { checkForm, columnsOf, imagesOf } from '../request/request-form.ts';
import { request } from '../request/request-store.ts';
import { plural } from '../text/format.ts';
import { type ByteImages, ImageGrid } from '../ui/image-grid.tsx';

/** Limit of images, so that the preview keeps up with typing. */
const MOST_PREVIEWED = 100;

/** Shows the initial noise of the seed; updates as the seed is typed. */
export function NoisePreview(): JSX.Element {
  const spec = chosenSpec.value;
  const form = request.value;
  const checked = spec === null ? null : checkForm(form, spec, specNamed);
  const isValid = checked !== null && 'request' in checked;
  const numbers = (isValid ? imagesOf(form) : null)?.slice(0, MOST_PREVIEWED) ?? [];
  const count = numbers.length;
  const noise = useMemo((): ByteImages | null => {
    if (spec === null || count === 0) return null;
    const { channels, height, width } = spec.image;
    const x = initialNoise(BigInt(form.seed), numbers, channels * height * width);
    return { bytes: toBytes(x), shape: [count, channels, height, width] };
  }, [spec, form.seed, numbers.join()]);
  if (noise === null || spec === null)
    return <p class="stage-empty">Choose a model and enter a valid request.</p>;
  const columns = columnsOf(form, spec);
  return (
    <ImageGrid
      images={noise}
      label={`Initial noise of ${plural(count, 'image')}, seed ${form.seed}`}
      columns={columns}
      fill
    />
  );
}
