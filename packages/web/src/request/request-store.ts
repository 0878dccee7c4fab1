import { type Signal, signal } from '@preact/signals';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';

/** A form that fields read and change. */
export type FormSignal = Signal<RequestForm>;

/** The request form, shared by Sample and Compare. */
export const request: FormSignal = signal(DEFAULT_FORM);

/** Updates the given fields of a form; by default of {@link request}. */
export function change(fields: Partial<RequestForm>, form: FormSignal = request): void {
  form.value = { ...form.value, ...fields };
}
