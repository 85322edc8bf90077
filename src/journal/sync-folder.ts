import { open } from 'node:fs/promises';

/** A file that was created or renamed survives a power cut only when its folder was synced as well. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
