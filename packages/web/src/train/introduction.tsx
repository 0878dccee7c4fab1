import { toBytes } from '@isonoise/picture';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { announce } from '../shell.ts';
import { chosenSpec, knownSpecs } from '../stores.ts';
import { type ByteImages, ImageGrid } from '../ui/image-grid.tsx';
import { FORM_HEADING } from './heading.ts';
import { noiseRow, ROW_LENGTH } from './noise-row.ts';
import { startsWith } from './starts.ts';
import { changeSettings, digits, settings } from './training-stores.ts';

/** Side of a digit in pixels. */
const SIDE = 28;
/** The digit of the row from noise to an image. */
const SHOWN = 5;

/** Shows ways to begin, the images, and what a run does, before the first run. */
export function Introduction(): JSX.Element {
  const images = useDigits();
  const row = useMemo(() => (images === null ? null : rowOf(images)), [images]);
  const { data } = settings.value.form;
  const known = knownSpecs.value.map(({ name }) => name);
  return (
    <div class="stack">
      <section class="card" aria-label="Ways to begin">
        <h2>Begin with</h2>
        <div class="starts">
          {startsWith(known, chosenSpec.value?.name).map(({ title, text, fields }) => (
            <button
              key={title}
              type="button"
              onClick={() => {
                changeSettings(fields);
                announce(`The form is filled in: ${title}`);
                document.getElementById(FORM_HEADING)?.focus();
              }}
            >
              <strong>{title}</strong>
              <span class="hint">{text}</span>
            </button>
          ))}
        </div>
      </section>
      {data === 'mnist' && images !== null ? (
        <section class="card" aria-label="The digits">
          <h2>The images</h2>
          <div class="stage thumbnails">
            <ImageGrid images={images} columns={8} label={`${images.shape[0]} handwritten digits`} />
          </div>
          <p class="hint">
            {images.shape[0]} of 10,000 handwritten digits of {SIDE} × {SIDE} pixels, about 1,000 of each.
          </p>
        </section>
      ) : null}
      <section class="card" aria-label="What happens">
        <h2>What happens</h2>
        {row === null ? null : (
          <div class="stage thumbnails">
            <ImageGrid
              images={row}
              columns={ROW_LENGTH}
              label="A digit that appears from noise, in seven images"
            />
          </div>
        )}
        <p>
          A small U-Net learns to remove noise from images. It can then turn noise into new images, step by
          step. It runs in a thread of this browser, with the same steps as <code>pnpm train</code> and
          without a server. You can watch the loss fall and the samples sharpen, pause or close the page at
          any time, draw with each checkpoint, and export an ONNX model of your own.
        </p>
        <p class="hint">
          The quick recipe takes about 15 minutes on an ordinary laptop. Everything stays on this device.
        </p>
      </section>
    </div>
  );
}

/** Fetches some digits; null until they are there. The introduction is complete without them. */
function useDigits(): ByteImages | null {
  const [images, setImages] = useState<ByteImages | null>(null);
  useEffect(() => {
    fetch(digits)
      .then(async (response) => (response.ok ? new Uint8Array(await response.arrayBuffer()) : null))
      .then((bytes) => {
        if (bytes !== null) setImages({ bytes, shape: [bytes.length / SIDE ** 2, 1, SIDE, SIDE] });
      })
      .catch(() => {});
  }, []);
  return images;
}

function rowOf({ bytes }: ByteImages): ByteImages {
  const digit = bytes.subarray(SHOWN * SIDE ** 2, (SHOWN + 1) * SIDE ** 2);
  const values = Float32Array.from(digit, (level) => level / 127.5 - 1);
  return { bytes: toBytes(noiseRow(values)), shape: [ROW_LENGTH, 1, SIDE, SIDE] };
}
