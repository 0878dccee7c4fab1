import { checkPackage, type Package } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems';
import type { Problem, ResolutionKind } from '@arethetypeswrong/core/types';

/**
 * How our packages are resolved: as ES modules, by Node and by bundlers. CommonJS gets them by `import()`, or by
 * `require` of a Node that can; `node10` knows no `exports`.
 */
const RESOLUTIONS: readonly ResolutionKind[] = ['node16-esm', 'bundler'];

/** Asks Are the types wrong? about a package. */
export async function findTypeProblems(unpacked: Package): Promise<readonly string[]> {
  const result = await checkPackage(unpacked);
  if (result.types === false) return ['no types'];
  return result.problems
    .filter((problem) =>
      RESOLUTIONS.some((resolution) => problemAffectsResolutionKind(problem, resolution, result)),
    )
    .map((problem) => `${problemKindInfo[problem.kind].title}: ${placeOf(problem)}`);
}

function placeOf(problem: Problem): string {
  if ('entrypoint' in problem) return `${problem.entrypoint} by ${problem.resolutionKind}`;
  return 'fileName' in problem ? problem.fileName : problem.typesFileName;
}
