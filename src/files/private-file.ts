import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const privateMode = 0o600;

/** Opens a file that only this user may read, whatever the umask, and never through a symbolic link. The caller closes it. */
export function openPrivateSync(file: string, flags: number): number {
  const fd = openSync(file, flags | constants.O_NOFOLLOW, privateMode);
  try {
    if ((fstatSync(fd).mode & 0o777) !== privateMode) fchmodSync(fd, privateMode);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

/** Like {@link openPrivateSync}. */
export async function openPrivate(file: string, flags: number): Promise<FileHandle> {
  const handle = await open(file, flags | constants.O_NOFOLLOW, privateMode);
  try {
    if (((await handle.stat()).mode & 0o777) !== privateMode) await handle.chmod(privateMode);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}
