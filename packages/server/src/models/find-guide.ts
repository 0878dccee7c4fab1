import { ServerError } from '../errors.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';

/** Finds the guide of a request. @throws the errors of `find`; their messages name the field `guide` */
export async function findGuide(models: Pick<Catalog, 'find'>, name: string): Promise<CatalogEntry> {
  try {
    return await models.find(name);
  } catch (cause) {
    if (!(cause instanceof ServerError && cause.code === 'MODEL_NOT_FOUND')) throw cause;
    throw new ServerError(cause.code, cause.message.replace(/^model is/, 'guide is'), { cause });
  }
}
