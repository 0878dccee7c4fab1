import type { Signal } from '@preact/signals';
import type { RequestForm } from './request-form.ts';

/** A form that fields read and change. */
export type FormSignal = Signal<RequestForm>;

/** Updates the given fields of a form. */
export function change(fields: Partial<RequestForm>, form: FormSignal): void {
  form.value = { ...form.value, ...fields };
}
