import { describe, expect, expectTypeOf, it } from 'vitest';
import * as browser from './browser.ts';
import type * as either from './either.ts';
import * as node from './node.ts';

/** Functions that differ between the platforms in their sources and options. */
type Loaders = 'createDenoiser' | 'loadModel';

/** Options that both platforms accept. */
interface CommonOptions {
  readonly provider?: 'auto' | 'webgpu';
  readonly threads?: number;
}
type CommonLoadModel = (source: string | URL | node.Bundle, options?: CommonOptions) => Promise<node.Model>;

describe('the entry points for Node and for browsers', () => {
  it('export the same names', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it('have the same types', () => {
    expectTypeOf<Omit<typeof browser, Loaders>>().toEqualTypeOf<Omit<typeof node, Loaders>>();
    expectTypeOf<keyof typeof browser>().toEqualTypeOf<keyof typeof node>();
    expectTypeOf<browser.Model>().toEqualTypeOf<node.Model>();
    expectTypeOf<browser.DenoiserHandle>().toEqualTypeOf<node.DenoiserHandle>();
    expectTypeOf<browser.ModelSampleRequest>().toEqualTypeOf<node.ModelSampleRequest>();
    expectTypeOf<typeof browser.loadModel>().toExtend<CommonLoadModel>();
    expectTypeOf<typeof node.loadModel>().toExtend<CommonLoadModel>();
    expectTypeOf<CommonOptions>().toExtend<browser.LoadOptions>();
    expectTypeOf<CommonOptions>().toExtend<node.LoadOptions>();
  });

  it('share combined types for programs that consist of a server and a page', () => {
    expectTypeOf<Omit<typeof either, Loaders>>().toEqualTypeOf<Omit<typeof node, Loaders>>();
    expectTypeOf<Parameters<typeof node.loadModel>>().toExtend<Parameters<typeof either.loadModel>>();
    expectTypeOf<Parameters<typeof browser.loadModel>>().toExtend<Parameters<typeof either.loadModel>>();
    expectTypeOf<keyof either.LoadOptions>().toEqualTypeOf<
      keyof node.LoadOptions | keyof browser.LoadOptions
    >();
    expectTypeOf<either.Model>().toEqualTypeOf<node.Model>();
  });
});
