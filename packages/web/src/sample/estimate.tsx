import { isIsonoiseError } from '@isonoise/error';
import { requestBetween, toSampleRequest } from '@isonoise/runtime';
import { planSampling, type SamplingPlan } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Subject } from '../request/subject.ts';
import { history, request, specNamed, subjectOf } from '../stores.ts';
import { counted, countOf, duration } from '../text/format.ts';
import { estimateMs, networkCalls } from './network-calls.ts';

/** Runs that take longer than this get an estimate, in milliseconds. */
const LONG_MS = 20_000;

/** Shows how long the request of the form takes, if it takes long or draws windows. */
export function Estimate(): JSX.Element | null {
  const form = request.value;
  const subject = subjectOf(form);
  const calls = useMemo(() => {
    const plan = subject === null ? null : planOf(subject);
    return plan === null ? null : networkCalls(plan);
    // The spec of the model may become known later.
  }, [form, subject?.spec]);
  if (calls === null || subject === null) return null;
  const { windows, images } = calls;
  const ms = estimateMs(images, form.model, history.entries.value);
  if (windows === 1 && (ms === null || ms < LONG_MS)) return null;
  const each = windows === 1 ? '' : `, ${countOf(windows, 'window')} each`;
  const time = ms === null ? '' : ` About ${duration(ms)} on this device.`;
  return (
    <p class="hint">
      {countOf(subject.images.length, 'picture')}
      {each}: the network computes {counted(images)} images.{time}
    </p>
  );
}

/** Returns the plan of a request; null if the sampler refuses it. */
function planOf({ spec, asked, ends, images }: Subject): SamplingPlan | null {
  const { guide: name, count: _, ...rest } = asked;
  const guideSpec = name === undefined ? null : specNamed(name);
  const guide = guideSpec === null ? undefined : { spec: guideSpec, sha256: undefined };
  try {
    const { seed: __, class: ___, tags: ____, images: _____, ...settings } = rest;
    const planned =
      ends === null
        ? { ...asked, guide }
        : { ...requestBetween(spec, { ...settings, ...ends, guide, count: images.length }), guide };
    return planSampling(toSampleRequest(spec, planned));
  } catch (error) {
    if (isIsonoiseError(error)) return null;
    throw error;
  }
}
