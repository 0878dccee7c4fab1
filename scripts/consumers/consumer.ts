import type { Workshop } from './workshop.ts';

/** A program of a user's, in a folder of its own outside the workspace. */
export interface Consumer {
  /** What it stands for, in a line. */
  readonly title: string;
  /** Our packages that it depends on; those that they need are added. */
  readonly ours: readonly string[];
  /** Packages of others, with exact versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Its files, by path; `package.json` is written from the above. */
  readonly files: Readonly<Record<string, string>>;
  /** Where it expects the model, below its folder. */
  readonly model: string;
  /** More of the environment of its `npm install`. */
  readonly installEnv?: Readonly<Record<string, string>>;
  /**
   * Builds and runs it.
   * @returns SHA-256 of the PNG that each of its parts drew: the golden record's, if all is well; empty where it
   *   checks otherwise
   */
  use(workshop: Workshop): Promise<Readonly<Record<string, string>>>;
}
