import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isDrawnFrom } from './drawn-from.ts';
import { editFields, editForm, editRunner, editStore, paintStore } from './edit-stores.ts';

/** Delay after a change, so that a quick series of strokes causes only one drawing. */
const PAUSE_MS = 200;

/** While the tab is open and live drawing is on, draws the first image after each change of picture, mask and settings. */
export function useLive(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen: readonly unknown[] = [];
    const stop = effect(() => {
      const { live } = editFields.value;
      const key = [paintStore.layers.value, editFields.value, editForm.value];
      const isStroke = paintStore.isDrawing.value;
      clearTimeout(timer);
      if (!live || isStroke || key.every((value, i) => value === seen[i])) return;
      timer = setTimeout(() => {
        seen = key;
        const { value: layers } = paintStore.layers;
        const now = { fields: editFields.value, form: editForm.value };
        if (layers !== null && isDrawnFrom(editRunner.drawing.value, { layers, ...now })) return;
        void editStore.draw('first');
      }, PAUSE_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [isOpen]);
}
