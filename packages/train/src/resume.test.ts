import { describe, expect, it } from 'vitest';
import { collect, config, curve, linearEngine, ofType, setUp } from '../testdata/linear-run.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { checkpointName, memoryStore } from './checkpoint-store.ts';
import type { Engine } from './engine.ts';
import { prepareTraining, train } from './train.ts';
import type { TrainEvent } from './train-event.ts';

describe('a run and its checkpoints', () => {
  it('goes on bit for bit after it was killed between any two events', async () => {
    const whole = setUp();
    const expected = await collect(whole.options);
    for (const killedAt of [20, 33, 45]) {
      const { options, entries } = setUp();
      await collect(options, (event) => event.type === 'step' && event.step === killedAt);
      if (killedAt === 20) {
        // The checkpoint of step 20 was not reached: nothing to go on from.
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

  it('draws the grid that was due when it was killed between a checkpoint and the grid', async () => {
    const whole = setUp();
    const expected = ofType(await collect(whole.options), 'samples').at(-1);
    const { options } = setUp();
    await collect(options, (event) => event.type === 'checkpoint' && event.step === 60);
    const asked: number[] = [];
    const hasSamples = (answer: boolean) => async (step: number) => {
      asked.push(step);
      return answer;
    };
    const resume = { ...options, engine: linearEngine(), start: 'resume' } as const;
    const owing = await collect({ ...resume, hasSamples: hasSamples(false) });
    expect(owing.map(({ type, step }) => `${type} ${step}`)).toEqual(['begin 60', 'samples 60', 'done 60']);
    expect(ofType(owing, 'samples')[0]?.images).toEqual(expected?.images);
    const drawn = await collect({ ...resume, hasSamples: hasSamples(true) });
    expect(drawn.map(({ type }) => type)).toEqual(['begin', 'done']);
    expect(asked).toEqual([60, 60]);
  });

  it('asks for no grid where none was due', async () => {
    const { options } = setUp();
    await collect(options, (event) => event.type === 'checkpoint' && event.step === 20);
    const hasSamples = async (step: number): Promise<boolean> => {
      throw new Error(`asked for step ${step}`);
    };
    const resumed = await collect({ ...options, start: 'resume', hasSamples });
    expect(ofType(resumed, 'samples').map(({ step }) => step)).toEqual([30, 60]);
  });

  it('can be prepared and dropped, with nothing written and no sink called', async () => {
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
      message: expect.stringContaining('steps is 19, but step-00000020.safetensors has taken 20 already'),
    });
  });

  it('stops after the step under way when aborted, saves, and says where', async () => {
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

  it('stops at a loss that is not finite, and leaves the last good checkpoint as it was', async () => {
    const { options, entries } = setUp({
      engine: linearEngine(({ step }) => (step === 23 ? Number.NaN : 0)),
    });
    await expect(collect(options)).rejects.toMatchObject({
      code: 'TRAIN_NON_FINITE',
      message: expect.stringMatching(/NaN.*at step 23.*step-00000020\.safetensors, untouched/),
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

  it('goes back past a damaged checkpoint and reports it', async () => {
    const { options, entries } = setUp();
    await collect(options);
    entries.set(checkpointName(60), (entries.get(checkpointName(60)) as Uint8Array).subarray(0, 50));
    const resumed = await collect({ ...setUp().options, store: memoryStore(entries), start: 'resume' });
    expect(resumed[0]).toMatchObject({ step: 40, damaged: [{ name: checkpointName(60) }] });
    expect(resumed.at(-1)).toMatchObject({ type: 'done', step: 60 });
  });

  it('has nothing to do in a finished run, and more when steps grow', async () => {
    const { options } = setUp();
    await collect(options);
    const finished = await collect({ ...options, start: 'resume' });
    expect(finished.map(({ type }) => type)).toEqual(['begin', 'done']);
    const longer = { ...options, config: { ...config, steps: 63 }, start: 'resume' as const };
    expect(ofType(await collect(longer), 'step').map(({ step }) => step)).toEqual([61, 62, 63]);
  });

  it('refuses to begin over a run, to resume nothing, and to resume under another config', async () => {
    const { options } = setUp();
    await expect(collect({ ...options, start: 'resume' })).rejects.toMatchObject({
      code: 'RUN_CHECKPOINT_NOT_FOUND',
    });
    await collect(options);
    await expect(collect(options)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    const other = { ...config, optimizer: { ...config.optimizer, learningRate: 0.5 } };
    await expect(collect({ ...options, config: other, start: 'resume' })).rejects.toMatchObject({
      code: 'RUN_CONFIG_DIFFERS',
      message: expect.stringMatching(/optimizer: .*0\.01.* in the checkpoint, .*0\.5.* requested/),
    });
  });
});
