import { type Signal, signal } from '@preact/signals';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';

/** What the visitor asks for; Sample and Compare ask the same. */
export const request: Signal<RequestForm> = signal(DEFAULT_FORM);

/** Changes some fields. */
export function change(fields: Partial<RequestForm>): void {
  request.value = { ...request.value, ...fields };
}
