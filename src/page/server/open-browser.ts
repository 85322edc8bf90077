import { spawn } from 'node:child_process';

const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // The first word in quotation marks would be the title of a window.
  win32: ['cmd', '/c', 'start', '""'],
};

/** Opens the address where a browser can be found; where none can the address is there to be opened by hand. */
export function openBrowser(address: string, platform: string = process.platform): void {
  const [command, ...words] = commands[platform] ?? ['xdg-open'];
  const options = { stdio: 'ignore', detached: true, windowsVerbatimArguments: true } as const;
  const child = spawn(command, [...words, address], options);
  child.on('error', () => {});
  child.unref();
}
