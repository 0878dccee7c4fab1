import { checkPackage, type Package } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems';
import type { Problem, ResolutionKind } from '@arethetypeswrong/core/types';

/**
 * Ways in which our packages are resolved: as ES modules by Node, and by bundlers. CommonJS modules load our packages
 * with `import()`, or with `require` if Node supports this. `node10` is left out, because it does not read `exports`.
 */
const RESOLUTIONS: readonly ResolutionKind[] = ['node16-esm', 'bundler'];

/** Checks a package with "Are the types wrong?". */
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
