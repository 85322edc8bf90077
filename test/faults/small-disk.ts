import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { onTestFinished } from 'vitest';

/** A file system of its own, in memory, that goes when the test has ended. */
export interface SmallDisk {
  readonly folder: string;
  /** With other options of `mount`, such as another size. */
  remount(options: string): void;
}

export function mountSmallDisk(kibibytes: number): SmallDisk {
  const folder = mkdtempSync(path.join(tmpdir(), 'offboard-disk-'));
  mount(['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    remount: (options) => mount(['-o', `remount,${options}`, folder]),
  };
}

/** Only root may mount. */
export function mountingFails(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'offboard-disk-'));
  try {
    mount(['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    execFileSync('umount', [folder]);
    return false;
  } catch {
    console.log('Small disks cannot be mounted here: run the fault suite as root to test full disks.');
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mount(args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
