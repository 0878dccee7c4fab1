import { type Signal, signal } from '@preact/signals';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';

/** The request form, shared by Sample and Compare. */
export const request: Signal<RequestForm> = signal(DEFAULT_FORM);

/** Updates the given fields. */
export function change(fields: Partial<RequestForm>): void {
  request.value = { ...request.value, ...fields };
}
