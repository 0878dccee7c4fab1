export function pnpmCommand(): [command: string, ...args: string[]];
