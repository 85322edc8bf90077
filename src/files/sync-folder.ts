import { open, type FileHandle } from 'node:fs/promises';

/** What Windows and some network and user-space file systems answer, as they cannot sync a folder, or have no need to. */
const cannotSync: ReadonlySet<unknown> = new Set([
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EPERM',
  'EISDIR',
]);

/**
 * A file that was created or renamed survives a power cut only when its folder was synced as well. Where the file system has no such
 * thing, this does nothing.
 */
export async function syncFolder(
  folder: string,
  sync: (handle: FileHandle) => Promise<void> = (handle) => handle.sync(),
): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await sync(handle);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (!cannotSync.has(code)) throw error;
  } finally {
    await handle.close();
  }
}
