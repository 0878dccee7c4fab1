import { describe, expect, it } from 'vitest';
import { collect, config, curve, linearEngine, ofType, setUp } from '../testdata/linear-run.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { checkpointName, memoryStore } from './checkpoint-store.ts';
import type { Engine } from './engine.ts';
import { prepareTraining } from './prepare-training.ts';
import { train } from './train.ts';
import type { TrainEvent } from './train-event.ts';

describe('a run with checkpoints', () => {
  it('resumes bit for bit after a kill between any two events', async () => {
    const whole = setUp();
    const expected = await collect(whole.options);
    for (const killedAt of [20, 33, 45]) {
      const { options, entries } = setUp();
      await collect(options, (event) => event.type === 'step' && event.step === killedAt);
      if (killedAt === 20) {
        // The run is killed before the checkpoint of step 20, so it cannot be resumed.
        expect([...entries.keys()]).toEqual([]);
        continue;
      }
      const resumed = await collect({ ...options, engine: linearEngine(), start: 'resume' });
      const from = killedAt < 40 ? 20 : 40;
      expect(resumed[0]).toMatchObject({ type: 'begin', step: from, resumedFrom: checkpointName(from) });
      expect(curve(resumed)).toEqual(curve(expected).slice(from));
      expect(ofType(resumed, 'samples').at(-1)?.images).toEqual(ofType(expected, 'samples').at(-1)?.images);
      expect(entries).toEqual(whole.entries);
    }
  });

  it('draws the missing sheet after a kill between a checkpoint and its sheet', async () => {
    const whole = setUp();
    const expected = ofType(await collect(whole.options), 'samples').at(-1);
    const { options } = setUp();
    await collect(options, (event) => event.type === 'checkpoint' && event.step === 60);
    const checked: number[] = [];
    const hasSamples = (exists: boolean) => async (step: number) => {
      checked.push(step);
      return exists;
    };
    const resume = { ...options, engine: linearEngine(), start: 'resume' } as const;
    const missing = await collect({ ...resume, hasSamples: hasSamples(false) });
    expect(missing.map(({ type, step }) => `${type} ${step}`)).toEqual(['begin 60', 'samples 60', 'done 60']);
    expect(ofType(missing, 'samples')[0]?.images).toEqual(expected?.images);
    const drawn = await collect({ ...resume, hasSamples: hasSamples(true) });
    expect(drawn.map(({ type }) => type)).toEqual(['begin', 'done']);
    expect(checked).toEqual([60, 60]);
  });

  it('does not check for a sheet at a step at which none is due', async () => {
    const { options } = setUp();
    await collect(options, (event) => event.type === 'checkpoint' && event.step === 20);
    const hasSamples = async (step: number): Promise<boolean> => {
      throw new Error(`checked step ${step}`);
    };
    const resumed = await collect({ ...options, start: 'resume', hasSamples });
    expect(ofType(resumed, 'samples').map(({ step }) => step)).toEqual([30, 60]);
  });

  it('writes nothing if it is prepared and then abandoned', async () => {
    const { options, entries } = setUp();
    await collect(options, (event) => event.type === 'checkpoint' && event.step === 20);
    const before = new Map([...entries].map(([name, bytes]) => [name, bytes.slice()]));
    for (const start of ['resume', 'replace'] as const) {
      const prepared = await prepareTraining({ ...options, start });
      expect(prepared.step).toBe(start === 'resume' ? 20 : 0);
    }
    expect(entries).toEqual(before);
    const fewer = { ...options, start: 'resume' as const, config: { ...config, steps: 19 } };
    await expect(prepareTraining(fewer)).rejects.toMatchObject({
      code: 'TRAIN_CONFIG',
      message: expect.stringContaining(
        'steps is 19, but step-00000020.safetensors is at step 20; expected at least 20',
      ),
    });
  });

  it('stops after the current step if it is aborted, and reports the saved checkpoint', async () => {
    const abort = new AbortController();
    const { options, entries } = setUp({ signal: abort.signal });
    const events: TrainEvent[] = [];
    for await (const event of train(options)) {
      events.push(event);
      if (event.type === 'step' && event.step === 7) abort.abort();
    }
    expect(events.slice(-2)).toMatchObject([
      { type: 'checkpoint', step: 7 },
      { type: 'stopped', step: 7, checkpoint: checkpointName(7) },
    ]);
    const resumed = await collect({ ...setUp().options, store: memoryStore(entries), start: 'resume' });
    expect(curve([...events, ...resumed])).toEqual(curve(await collect(setUp().options)));
  });

  it('stops at a loss that is not finite, and keeps the last good checkpoint', async () => {
    const { options, entries } = setUp({
      engine: linearEngine(({ step }) => (step === 23 ? Number.NaN : 0)),
    });
    await expect(collect(options)).rejects.toMatchObject({
      code: 'TRAIN_NON_FINITE',
      message: expect.stringMatching(
        /NaN.*at step 23.*The last good checkpoint is step-00000020\.safetensors\./,
      ),
    });
    expect([...entries.keys()]).toEqual([checkpointName(20)]);
    expect(decodeCheckpoint(entries.get(checkpointName(20)) as Uint8Array).step).toBe(20);
  });

  it('does not save weights that are not finite', async () => {
    const engine = linearEngine();
    const broken: Engine = {
      ...engine,
      readState: async () => ({
        ...(await engine.readState()),
        theta: Float32Array.of(1, Number.POSITIVE_INFINITY),
      }),
    };
    const { options, entries } = setUp({ engine: broken });
    await expect(collect(options)).rejects.toThrow('theta[1] is Infinity after step 20');
    expect(entries.size).toBe(0);
  });

  it('resumes from an earlier checkpoint if the latest is damaged, and reports it', async () => {
    const { options, entries } = setUp();
    await collect(options);
    entries.set(checkpointName(60), (entries.get(checkpointName(60)) as Uint8Array).subarray(0, 50));
    const resumed = await collect({ ...setUp().options, store: memoryStore(entries), start: 'resume' });
    expect(resumed[0]).toMatchObject({ step: 40, damaged: [{ name: checkpointName(60) }] });
    expect(resumed.at(-1)).toMatchObject({ type: 'done', step: 60 });
  });

  it('takes no steps if it is finished, and more steps if `steps` is increased', async () => {
    const { options } = setUp();
    await collect(options);
    const finished = await collect({ ...options, start: 'resume' });
    expect(finished.map(({ type }) => type)).toEqual(['begin', 'done']);
    const longer = { ...options, config: { ...config, steps: 63 }, start: 'resume' as const };
    expect(ofType(await collect(longer), 'step').map(({ step }) => step)).toEqual([61, 62, 63]);
  });

  it('cannot be replaced by a new run, resumed without a checkpoint, or resumed with a different config', async () => {
    const { options } = setUp();
    await expect(collect({ ...options, start: 'resume' })).rejects.toMatchObject({
      code: 'RUN_CHECKPOINT_NOT_FOUND',
    });
    await collect(options);
    await expect(collect(options)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    const other = { ...config, optimizer: { ...config.optimizer, learningRate: 0.5 } };
    await expect(collect({ ...options, config: other, start: 'resume' })).rejects.toMatchObject({
      code: 'RUN_CONFIG_DIFFERS',
      message: expect.stringMatching(/optimizer\.learningRate: 0\.01 in the checkpoint, 0\.5 requested/),
    });
  });
});
