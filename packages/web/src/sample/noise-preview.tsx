import { toBytes } from '@isonoise/picture';
import { initialNoise } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { pictureShape } from '../request/canvas-texts.ts';
import { checkForm, columnsOf, imagesOf } from '../request/request-form.ts';
import { chosenSpec, request, specNamed } from '../stores.ts';
import { countOf } from '../text/format.ts';
import { type ByteImages, ImageGrid } from '../ui/image-grid.tsx';

/** Limits of images and of their values, so that the preview keeps up with typing. */
const MOST_PREVIEWED = 100;
const MOST_VALUES = 2 ** 19;
/** Maximum share of the window's height, so that examples fit below. */
const SHARE = 0.36;

/** Shows the initial noise of the seed; updates as the seed is typed. */
export function NoisePreview(): JSX.Element {
  const spec = chosenSpec.value;
  const form = request.value;
  const checked = spec === null ? null : checkForm(form, spec, specNamed);
  const isValid = checked !== null && 'request' in checked;
  const shape = spec === null ? null : pictureShape(form, spec.image);
  const size = shape === null ? 1 : shape.channels * shape.height * shape.width;
  const most = Math.min(MOST_PREVIEWED, Math.floor(MOST_VALUES / size));
  // In-between pictures begin with other noise.
  const asked = isValid && checked.ends === null ? imagesOf(form) : null;
  const numbers = asked?.slice(0, most) ?? [];
  const count = numbers.length;
  const noise = useMemo((): ByteImages | null => {
    if (shape === null || count === 0) return null;
    const { channels, height, width } = shape;
    const x = initialNoise(BigInt(form.seed), numbers, size);
    return { bytes: toBytes(x), shape: [count, channels, height, width] };
  }, [shape?.channels, shape?.height, shape?.width, form.seed, numbers.join()]);
  if (noise === null || spec === null)
    return (
      <p class="stage-empty">
        {isValid ? 'Generate draws the pictures.' : 'Choose a model and enter a valid request.'}
      </p>
    );
  const columns = columnsOf(form, spec);
  return (
    <ImageGrid
      images={noise}
      label={`Initial noise of ${countOf(count, 'image')}, seed ${form.seed}`}
      columns={columns}
      share={SHARE}
      fill
    />
  );
}
