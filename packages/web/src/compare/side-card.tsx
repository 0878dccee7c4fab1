import type { ImagesShape } from '@isonoise/picture';
import type { JSX } from 'preact';
import { NoisePreview } from '../sample/noise-preview.tsx';
import { counted, countOf, duration } from '../text/format.ts';
import { PROVIDER_TEXT } from '../text/provider.ts';
import { ImageGrid } from '../ui/image-grid.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import type { Side } from './compare-store.ts';

interface SideCardProps {
  readonly title: string;
  readonly side: Side;
  readonly shape: ImagesShape;
  readonly columns: number | undefined;
}

/** Shows the images of one device, its provider and its speed. */
export function SideCard({ title, side, shape, columns }: SideCardProps): JSX.Element {
  const { provider, step, steps, elapsedMs, shown, result } = side;
  const began = steps > 0;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <div class="stage">
        {shown === null ? (
          <NoisePreview />
        ) : (
          <ImageGrid
            images={{ bytes: shown, shape }}
            label={`${title}: ${countOf(shape[0], 'image')} after step ${counted(step)} of ${counted(steps)}`}
            columns={columns}
            fill
            share={0.45}
          />
        )}
      </div>
      <ProgressBar
        label={began ? `Step ${counted(step)} of ${counted(steps)}` : 'Waiting'}
        value={began ? step / steps : 0}
        detail={began ? duration(elapsedMs) : ''}
      />
      <p class="hint">
        {provider === null ? 'Not started' : PROVIDER_TEXT[provider.name]}
        {result === null ? null : ` · ${((1000 * steps) / Math.max(elapsedMs, 1)).toFixed(1)} steps/s`}
      </p>
    </section>
  );
}
