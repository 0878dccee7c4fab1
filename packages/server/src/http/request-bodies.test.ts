import type { ApiError } from '@isonoise/api';
import { createDenoiser } from '@isonoise/runtime-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RawAnswer, sendRaw } from '../../../../tests/support/raw-http.ts';
import { floatsOf, Scene } from '../../../../tests/support/served.ts';
import { body, chunk, codes, errorOf, head, post, streamed, text } from '../../testdata/raw-requests.ts';
import type { ServerOptions } from '../create-server.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

describe('a body', () => {
  it('is read if it has a length, arrives in chunks, or comes from a stream', async () => {
    const served = await scene.serve();
    const { port } = served.listening;
    const drawn = await floatsOf(await served.sample(body));
    expect(drawn).toHaveLength(30);
    const stream = await served.sample(body, streamed(text.slice(0, 9), text.slice(9)));
    expect([stream.status, await floatsOf(stream)]).toEqual([200, drawn]);

    const png = JSON.stringify({ ...body, format: 'png' });
    const whole = [post(`Content-Length: ${png.length}`), png];
    const chunked = [
      post('Transfer-Encoding: chunked'),
      chunk(png.slice(0, 5)),
      chunk(png.slice(5)),
      chunk(''),
    ];
    const [[a], [b]] = [await sendRaw(port, ...whole), await sendRaw(port, ...chunked)];
    expect([a?.status, b?.status, b?.body]).toEqual([200, 200, a?.body]);
  });

  it('is rejected as empty if it is absent or empty', async () => {
    const { listening } = await scene.serve();
    for (const request of [
      post(),
      post('Content-Length: 0'),
      post('Transfer-Encoding: chunked') + chunk(''),
      head('POST /v1/sample'),
    ]) {
      const answers = await sendRaw(listening.port, request);
      const typed = request.includes('Content-Type');
      expect(codes(answers), request).toEqual([typed ? [400, 'BODY_INVALID'] : [415, 'BODY_TYPE']]);
      if (typed) expect(errorOf(answers[0] as RawAnswer).message).toContain('the body is empty');
    }
  });

  it('is rejected if it is too long, with a length or without', async () => {
    const served = await scene.serve({ limits: { bodyBytes: 100, arrayBytes: 1 } });
    const long = ' '.repeat(200);
    const raw = await sendRaw(served.listening.port, post('Content-Length: 200'), long);
    expect(codes(raw)).toEqual([[413, 'BODY_TOO_LARGE']]);
    const stream = await served.sample(body, streamed(long, text));
    expect([stream.status, ((await stream.json()) as ApiError).error.code]).toEqual([413, 'BODY_TOO_LARGE']);
    // A body of exactly the limit is allowed.
    const padded = JSON.stringify(body).padEnd(100);
    expect((await served.sample(body, { body: padded })).status).toBe(200);
  });

  it('is rejected if it is compressed or not in UTF-8', async () => {
    const { sample } = await scene.serve();
    const json = 'application/json';
    const refused = async (headers: Record<string, string>): Promise<number> =>
      (await sample(body, { headers })).status;
    expect(await refused({ 'Content-Type': json, 'Content-Encoding': 'gzip' })).toBe(415);
    expect(await refused({ 'Content-Type': `${json}; charset=latin1` })).toBe(415);
    expect(
      await refused({ 'Content-Type': `${json};charset="UTF-8"; x=1`, 'Content-Encoding': 'identity' }),
    ).toBe(200);
  });

  it.each([
    ['"seed" twice', '{"model":"conv","seed":1,"seed":2}'],
    ['not valid UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['__proto__ is not a field; expected model, seed, ', '{"model":"conv","seed":1,"__proto__":{"steps":1}}'],
    ['toString is not a field', '{"model":"conv","seed":1,"toString":1}'],
    ['model is missing', '{"seed":1}'],
    ['model is missing', '[]'],
    ['the body is null; expected an object', 'null'],
    ['not JSON', '['.repeat(5000)],
    [
      'nested deeper than 32 levels',
      `{"model":"conv","seed":1,"images":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    ],
    ['images[1] is -1; expected >=0', '{"model":"conv","seed":1,"images":[1,-1]}'],
    [
      'images[9] is -1; expected >=0; and 40 more problems. See /v1/openapi.json.',
      JSON.stringify({ model: 'conv', seed: 1, images: Array(50).fill(-1) }),
    ],
    ['count is Infinity', '{"model":"conv","seed":1,"count":1e400}'],
    ['clip is Infinity; expected a finite number', '{"model":"conv","seed":1,"clip":1e400}'],
    ['steps is 1.5; expected a whole number', '{"model":"conv","seed":1,"steps":1.5}'],
    ['guidance is 1e+308; expected <=100', '{"model":"conv","seed":1,"class":1,"guidance":1e308}'],
    ['guidance is -1; expected >=0', '{"model":"conv","seed":1,"class":1,"guidance":-1}'],
    ['spacing is empty; expected at least one value', '{"model":"conv","seed":1,"spacing":[]}'],
    ['images is empty; expected at least one value', '{"model":"conv","seed":1,"images":[]}'],
    ['model is empty; expected at least one character', '{"model":"","seed":1}'],
    [
      'spacing is 3; expected one of leading, linspace, trailing, karras, exponential, beta, lu, a list or an object',
      '{"model":"conv","seed":1,"spacing":3}',
    ],
    ['spacing is "evenly"; expected one of leading, ', '{"model":"conv","seed":1,"spacing":"evenly"}'],
    ['spacing[1] is "x"; expected a number', '{"model":"conv","seed":1,"spacing":[90,"x"]}'],
    [
      'spacing.offset is -1; expected >=0',
      '{"model":"conv","seed":1,"spacing":{"rule":"leading","offset":-1}}',
    ],
    [
      'spacing.rule is "evenly"; expected one of leading, linspace,',
      '{"model":"conv","seed":1,"spacing":{"rule":"evenly"}}',
    ],
    ['spacing.offsets is not a field', '{"model":"conv","seed":1,"spacing":{"rule":"leading","offsets":1}}'],
    ['seed is true; expected a number or a string', '{"model":"conv","seed":true}'],
    ['class is true; expected a number, a string or a list', '{"model":"conv","seed":1,"class":true}'],
    ['class[1] is true; expected a number or a string', '{"model":"conv","seed":1,"class":[0,true]}'],
    ['clip is "x"; expected a number or false', '{"model":"conv","seed":1,"clip":"x"}'],
    ['images is 3; expected a list', '{"model":"conv","seed":1,"images":3}'],
    [
      'format is "gif"; expected one of png, float32, stream, saved',
      '{"model":"conv","seed":1,"format":"gif"}',
    ],
    [
      `sampler is "${'x'.repeat(59)}…; expected one of ddpm,`,
      `{"model":"conv","seed":1,"sampler":"${'x'.repeat(1000)}"}`,
    ],
    [
      'sigmas is not a field; expected spacing, which takes the same names',
      '{"model":"conv","seed":1,"sigmas":"karras"}',
    ],
    [
      'from is not a field; expected start for images, or POST /v1/resume for a saved run',
      '{"model":"conv","seed":1,"from":{}}',
    ],
    ['got guide without guidance', '{"model":"conv","seed":1,"guide":"conv"}'],
    [
      'got guidanceRescale, guidanceLow without guidance; expected the scale of guidance with them. Add guidance.',
      '{"model":"conv","seed":1,"class":0,"guidanceLow":1,"guidanceRescale":0.5}',
    ],
    [
      'sampler "flow-euler" is for flow matching, but the model\'s schedule is linear; expected one of ddpm, ddim, euler,',
      '{"model":"conv","seed":1,"sampler":"flow-euler"}',
    ],
    ['spacing[1] is 2 after 1', '{"model":"conv","seed":1,"spacing":[1,2]}'],
    ['steps is 5000; expected an integer in [1, 100]', '{"model":"conv","seed":1,"steps":5000}'],
  ])('is rejected with a message that contains: %s', async (message, sent) => {
    const { sample } = await scene.serve();
    const answer = await sample(undefined, { body: sent });
    const { error } = (await answer.json()) as ApiError;
    expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/timestepPairs|classLabels|nullClass|guidedBy|guidanceInterval| \| /);
  });

  it('is answered with 404 if its model name is malformed, and with 400 if its class is malformed', async () => {
    const { sample } = await scene.serve();
    for (const model of ['\\ud800', '__proto__', '..', '\\u0000', 'conv/', 'conv\\u0000']) {
      const answer = await sample(undefined, { body: `{"model":"${model}","seed":1}` });
      expect([answer.status, ((await answer.json()) as ApiError).error.code], model).toEqual([
        404,
        'MODEL_NOT_FOUND',
      ]);
    }
    for (const name of ['"\\ud800"', '"__proto__"', '[]', '{}', '["zero",{}]', '1e300', '-0.5', '"3\\n"']) {
      const answer = await sample(undefined, { body: `{"model":"conv","seed":1,"class":${name}}` });
      expect(answer.status, name).toBe(400);
    }
  });
});

describe('images beyond the range of float32', () => {
  it('are reported as the fault of the request or of the network, whichever caused them', async () => {
    const answering = (value: (label: number) => number): ServerOptions => ({
      async open(folder, options) {
        const handle = await createDenoiser(folder, options);
        const denoise: typeof handle.denoise = async (x, _t, labels) =>
          x.map((_, i) => value(labels?.[Math.floor(i / 30)] ?? Number.NaN));
        return { ...handle, denoise };
      },
    });
    const guided = { ...body, class: 1, guidance: 100 };
    // -1e37 for the null class: guidance amplifies it to 2e39; the greatest float32 is 3.4e38.
    const large = await scene.serve(answering((label) => (label === 1 ? 1e37 : -1e37)));
    expect((await large.sample(body)).status).toBe(200);
    const answer = await large.sample(guided);
    const { error } = (await answer.json()) as ApiError;
    expect([answer.status, error.code]).toEqual([422, 'RESULT_NOT_FINITE']);
    expect(error.message).toContain('with guidance 100 and clip 1. Lower guidance');
    const broken = await scene.serve(answering(() => Number.NaN));
    expect((await broken.sample(body)).status).toBe(500);
  });
});
