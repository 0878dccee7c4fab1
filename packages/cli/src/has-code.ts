/** Whether something that was thrown has this `code`: of the file system, of the process, of ours. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
