import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { counted, countOf, small } from '../text/format.ts';
import { ImageGrid } from '../ui/image-grid.tsx';
import { Slider } from '../ui/slider.tsx';
import type { Comparison } from './compare-store.ts';
import { amplify } from './difference.ts';

/** Power of ten of the largest gain. */
const MOST_DECADES = 6;

/** Shows the difference as an amplified image and in numbers. */
export function DifferenceCard({ compared }: { readonly compared: Comparison }): JSX.Element | null {
  const [decades, setDecades] = useState(5);
  const { difference, device, server, shape, columns, twoModels } = compared;
  const gain = 10 ** decades;
  const amplified = useMemo(
    () => (device.result && server.result ? amplify(device.result, server.result, gain) : null),
    [device.result, server.result, gain],
  );
  if (difference === null || amplified === null) return null;
  const { largest, levels, differing, pixels } = difference;
  const same = differing === 0;
  return (
    <section class="card" aria-label="The difference">
      <h2>The difference</h2>
      <p class={same ? 'verdict good' : 'verdict'}>
        {twoModels ? 'These are images of two different models. ' : ''}
        <strong>
          {same
            ? 'The pictures are identical. '
            : `${countOf(differing, 'pixel')} of ${counted(pixels)} ${differing === 1 ? 'differs' : 'differ'}. `}
        </strong>
        {same
          ? 'Every pixel has the same 8-bit value, so both devices write the same file.'
          : `The largest difference is ${levels} of 255 levels; all other pixels are equal.`}
      </p>
      <div class="stage">
        <ImageGrid
          images={{ bytes: amplified, shape }}
          label={`Difference of the images, amplified ${counted(Math.round(gain))} times; black means equal`}
          columns={columns}
          fill
          share={0.45}
        />
      </div>
      <Slider
        label="Amplification"
        value={decades}
        min={0}
        max={MOST_DECADES}
        step={0.25}
        text={`${counted(Math.round(gain))} ×`}
        onInput={setDecades}
      />
      <dl class="figures">
        <div>
          <dt>Largest difference of values in [−1, 1]</dt>
          <dd class="numbers" data-figure="largest">
            {small(largest)}
          </dd>
        </div>
        <div>
          <dt>Largest difference of 8-bit levels</dt>
          <dd class="numbers" data-figure="levels">
            {levels}
          </dd>
        </div>
        <div>
          <dt>Pixels that differ</dt>
          <dd class="numbers" data-figure="differing">
            {counted(differing)} of {counted(pixels)}
          </dd>
        </div>
      </dl>
    </section>
  );
}
