import type { ModelSpec } from '@isonoise/bundle';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Latest } from '../async/latest.ts';
import type { Subject } from '../request/subject.ts';
import { announce } from '../shell.ts';
import { readBetweenPictures } from './between-pictures.ts';
import { fits } from './edit-store.ts';
import { betweenSettings, betweenStore, secondPicture } from './edit-stores.ts';
import type { Layers } from './layers.ts';
import { type Fitting, openPicture } from './open-picture.ts';
import { SecondPicture } from './second-picture.tsx';

interface BetweenPanelProps {
  /** The picture on the canvas. */
  readonly layers: Layers;
  readonly spec: ModelSpec;
  /** The checked request; null if it is invalid. */
  readonly subject: Subject | null;
  readonly busy: boolean;
  /** How a second picture of another size is fitted to the first. */
  readonly fitting: Fitting;
  /** Whether an opened file contains a request for images between two pictures. */
  readonly isAsked: boolean;
  readonly onFailure: (error: unknown) => void;
  readonly onNote: (note: string | null) => void;
  /** Called when the images begin to be drawn. */
  readonly onDraw: () => void;
}

/** The part of the Edit tab that draws images between two pictures. */
export function BetweenPanel(props: BetweenPanelProps): JSX.Element {
  const { layers, spec, subject, busy, fitting, isAsked, onFailure, onNote, onDraw } = props;
  /** Identifies the latest file, because an earlier file may be read later. */
  const reading = useRef(new Latest());
  function open(file: File): void {
    const isLatest = reading.current.begin();
    onFailure(null);
    onNote(null);
    openPicture(file, { ...spec.image, width: layers.width, height: layers.height }, layers.channels, fitting)
      .then((opened) => {
        if (!isLatest()) return;
        secondPicture.value = opened.layers;
        onNote(opened.note);
        announce(opened.note ?? `${file.name} is the second picture`);
      })
      .catch((error: unknown) => {
        if (isLatest()) onFailure(error);
      });
  }
  const second = secondPicture.value;
  const isUsable = subject !== null && fits(layers, spec);
  const read = isUsable ? readBetweenPictures(betweenSettings.value, subject, layers, second) : null;
  const blocked =
    second === null
      ? 'Choose the second picture first.'
      : read === null
        ? 'The picture on the canvas or the request does not suit the model.'
        : 'errors' in read
          ? 'Correct the marked fields first.'
          : busy
            ? 'Images are being drawn.'
            : null;
  return (
    <SecondPicture
      second={second}
      settings={betweenSettings.value}
      read={read}
      blocked={blocked}
      isAsked={isAsked}
      onFile={open}
      onCanvas={() => {
        reading.current.begin();
        secondPicture.value = layers;
        announce('The picture on the canvas is the second one. Open or draw the first one.');
      }}
      onChange={(settings) => {
        betweenSettings.value = { ...betweenSettings.value, ...settings };
      }}
      onDraw={() => {
        void betweenStore.draw();
        onDraw();
      }}
    />
  );
}
