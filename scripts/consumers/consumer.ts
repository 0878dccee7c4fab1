import type { Workshop } from './workshop.ts';

/** A user's program, in its own folder outside the workspace. */
export interface Consumer {
  /** Description in one line. */
  readonly title: string;
  /** Our packages on which the program depends. The dependencies of these packages are added. */
  readonly ours: readonly string[];
  /** Third-party packages, with exact versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Files of the program by path; `package.json` is generated from the fields above. */
  readonly files: Readonly<Record<string, string>>;
  /** Folder in which the program expects the model, relative to the program's folder. */
  readonly model: string;
  /** Additional environment variables of its `npm install`. */
  readonly installEnv?: Readonly<Record<string, string>>;
  /**
   * Builds and runs the program.
   * @returns the SHA-256 of the PNG that each part of the program draws; empty if the program draws nothing. Each hash
   *   must equal the hash in the golden record
   */
  use(workshop: Workshop): Promise<Readonly<Record<string, string>>>;
}
