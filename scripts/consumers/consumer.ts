import type { Workshop } from './workshop.ts';

/** A user's program, in its own folder outside the workspace. */
export interface Consumer {
  /** Description in one line. */
  readonly title: string;
  /** Our packages that it depends on; their dependencies are added. */
  readonly ours: readonly string[];
  /** Third-party packages, with exact versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Its files by path; `package.json` is generated from the fields above. */
  readonly files: Readonly<Record<string, string>>;
  /** Folder in which the program expects the model, relative to the program's folder. */
  readonly model: string;
  /** Additional environment variables of its `npm install`. */
  readonly installEnv?: Readonly<Record<string, string>>;
  /**
   * Builds and runs the program.
   * @returns the SHA-256 of the PNG that each part of the program drew, which must equal that of
   *   the golden record; empty if the program draws nothing
   */
  use(workshop: Workshop): Promise<Readonly<Record<string, string>>>;
}
