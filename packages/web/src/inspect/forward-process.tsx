import type { ModelSpec } from '@isonoise/bundle';
import { toBytes } from '@isonoise/picture';
import { initialNoise } from '@isonoise/sampler';
import { levelAt, qSample } from '@isonoise/schedule';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ErrorCard } from '../errors/error-card.tsx';
import { catalog, chosenSpec, drawing, sourceNamed } from '../stores.ts';
import { Button } from '../ui/button.tsx';
import { FileButton } from '../ui/file-button.tsx';
import { ImageGrid } from '../ui/image-grid.tsx';
import { Slider } from '../ui/slider.tsx';
import { type Examples, examplesOf, ownImage } from './example-image.ts';
import { inspect, inspected, moment, schedule } from './inspect-stores.ts';
import { MixingFormula } from './mixing-formula.tsx';

const NOISE_SEED = 7;

/** Shows the forward process on an image: a sample of q(x_t | x_0) at the timestep of the slider. */
export function ForwardProcess(): JSX.Element | null {
  const spec = chosenSpec.value;
  const { images, error, show } = useExamples(spec);
  const [chosen, setChosen] = useState(0);
  const t = moment.value;
  const tables = schedule.value;
  const level = levelAt(tables, t);
  const x0 = images[chosen % images.length] ?? null;
  const noise = useMemo(() => (x0 === null ? null : initialNoise(NOISE_SEED, [0], x0.length)), [x0]);
  const mixed = useMemo(
    () => (x0 === null || noise === null ? null : qSample(tables, x0, [t], noise)),
    [x0, noise, tables, t],
  );
  if (spec === null) return null;
  const { channels, height, width } = spec.image;
  const shape = [1, channels, height, width] as const;
  return (
    <section class="card" aria-label="The forward process">
      <h2>Add noise to an image</h2>
      {x0 === null || noise === null || mixed === null ? (
        <p class="quiet">
          Draw something in <a href="#/sample">Sample</a>, or open an image of yours.
        </p>
      ) : (
        <>
          <div class="mixing">
            <figure>
              <ImageGrid images={{ bytes: toBytes(x0), shape }} label="The image" />
              <figcaption>
                x<sub>0</sub>, the image
              </figcaption>
            </figure>
            <figure>
              <ImageGrid images={{ bytes: toBytes(noise), shape }} label="The noise" />
              <figcaption>ε, the noise</figcaption>
            </figure>
            <figure>
              <ImageGrid images={{ bytes: toBytes(mixed), shape }} label={`The mixture at t = ${t}`} />
              <figcaption>
                x<sub>t</sub>, the mixture
              </figcaption>
            </figure>
          </div>
          <MixingFormula signal={level.alpha} noise={level.sigma} />
        </>
      )}
      <Slider
        label="Timestep t"
        value={inspected.value.moment}
        min={0}
        max={1}
        step={0.001}
        text={String(t)}
        onInput={(value) => inspect({ moment: value })}
      />
      <div class="row">
        <Button
          blocked={images.length < 2 ? 'Draw several images in Sample first.' : null}
          onClick={() => setChosen(chosen + 1)}
        >
          Another image
        </Button>
        <FileButton
          text="Your own image"
          label="An image of yours"
          accept="image/*"
          onFiles={([file]) =>
            show(
              spec,
              ownImage(file, spec).then((image) => [image]),
            )
          }
        />
      </div>
      {error === null ? null : <ErrorCard error={error} />}
    </section>
  );
}

interface ShownExamples {
  readonly images: Examples;
  readonly error: unknown;
  /** Replaces the images once the promise resolves. */
  readonly show: (spec: ModelSpec, images: Promise<Examples>) => void;
}

/** Returns example images of the chosen model only, because images of other models may have a different shape. */
function useExamples(spec: ModelSpec | null): ShownExamples {
  const [found, setFound] = useState<{ readonly spec: ModelSpec; readonly images: Examples } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const turn = useRef(0);
  function show(of: ModelSpec, images: Promise<Examples>): void {
    turn.current++;
    const mine = turn.current;
    // Only the latest request counts, even if an earlier one settles after it.
    const settle = (act: () => void): void => {
      if (turn.current === mine) act();
    };
    setError(null);
    images.then(
      (come) => settle(() => setFound({ spec: of, images: come })),
      (reason: unknown) => settle(() => setError(reason)),
    );
  }

  const drawnAll = drawing.value.status === 'done' ? drawing.value.result : null;
  const listed = catalog.value;
  useEffect(() => {
    if (spec !== null) show(spec, examplesOf(spec, drawing.value, sourceNamed(spec.name)));
  }, [spec, drawnAll, listed]);
  return { images: found !== null && found.spec === spec ? found.images : [], error, show };
}
