import path from 'node:path';
import { Readable } from 'node:stream';

import { UserError } from '../../errors.ts';
import { copyInput } from '../../files/copy-input.ts';
import { printable } from '../../printable.ts';
import type { Settings } from '../settings.ts';
import { forgetChecked, type Job, type Kept } from './job.ts';
import { bearsOnPlan, optionsOf } from './given-settings.ts';
import { safeName } from './file-name.ts';
import { refusalOf } from './shown.ts';
import { startSurvey, stopSurvey } from './survey.ts';
import { makeUploadFolder } from './upload-folder.ts';

/** A file as it comes in. */
export interface Upload {
  readonly bytes: AsyncIterable<Buffer>;
  readonly name: string;
  /** In bytes; undefined where the browser did not say. */
  readonly size: number | undefined;
}

/** Keeps the file of users, and reads it. @throws {UserError} where it does not arrive whole, or the disk does not take it. */
export async function takeUsers(job: Job, upload: Upload): Promise<void> {
  const kept = await receive(job, upload, 'input.csv');
  const { memory, state, tell } = job;
  removeLater(job, memory.file);
  memory.file = kept;
  forgetChecked(job);
  const settings = state.step === 'plan' ? withoutPlan(state.settings) : {};
  memory.options = optionsOf(settings, memory.protect?.proven.path);
  tell({ is: 'file', file: shown(kept), settings });
  startSurvey(job);
}

/** Columns and apps are another file's. */
function withoutPlan(settings: Settings): Settings {
  const kept = Object.entries(settings).filter(([name]) => !bearsOnPlan({ [name]: null }));
  return Object.fromEntries(kept);
}

/** Keeps the list of protected users. @throws {UserError} likewise. */
export async function takeProtected(job: Job, upload: Upload): Promise<void> {
  const kept = await receive(job, upload, 'protect.csv');
  await setProtected(job, kept);
}

/** @param kept undefined for no list. */
export async function setProtected(job: Job, kept: Kept | undefined): Promise<void> {
  const { memory, state, tell } = job;
  if (state.step !== 'plan') return kept?.remove();
  removeLater(job, memory.protect);
  memory.protect = kept;
  memory.options = optionsOf(state.settings, kept?.proven.path);
  tell({ is: 'protect', protect: kept === undefined ? null : shown(kept) });
  startSurvey(job);
}

/** A run has a copy of its own. */
export function forgetFiles(job: Job): void {
  const { memory } = job;
  removeLater(job, memory.file);
  removeLater(job, memory.protect);
  memory.file = undefined;
  memory.protect = undefined;
  memory.options = undefined;
  forgetChecked(job);
}

/** What reads it ends first: Windows removes nothing that is open. */
function removeLater(job: Job, kept: Kept | undefined): void {
  const read = stopSurvey(job);
  void job.inBackground(async () => {
    await read;
    await kept?.remove();
  });
}

function shown({ name, proven }: Kept): { name: string; size: number } {
  return { name, size: proven.size };
}

/** Straight to the disk: of a file of any size only what just arrives is in memory. */
async function receive(job: Job, { bytes, name, size }: Upload, otherwise: string): Promise<Kept> {
  const { surroundings, tell } = job;
  const safe = safeName(name, otherwise);
  const told = { name: safe, size: size ?? null };
  tell({ is: 'upload', upload: { ...told, received: 0 }, refusal: null });
  const { folder, remove } = await makeUploadFolder(surroundings.runsFolder, safe).catch((error: unknown) => {
    tell({ is: 'upload', upload: null, refusal: refusalOf(error) });
    throw error;
  });
  try {
    const arriving = counted(bytes, safe, (received) =>
      tell({ is: 'upload', upload: { ...told, received }, refusal: null }),
    );
    const proven = await copyInput(Readable.from(arriving, { objectMode: false }), path.join(folder, safe));
    if (size !== undefined && proven.size !== size) throw new Error(`${proven.size} of ${size} bytes`);
    // Nobody would remove it any more.
    if (job.state.isClosing) throw new Error('the page is being closed');
    return { name: safe, proven, remove };
  } catch (error) {
    await remove();
    const refused = error instanceof UserError ? error : notWhole(safe, error);
    tell({ is: 'upload', upload: null, refusal: refusalOf(refused) });
    throw refused;
  }
}

function notWhole(name: string, cause: unknown): UserError {
  return new UserError(`${printable(name)} did not arrive whole.`, { hint: 'Give it once more.', cause });
}

const toldEvery = 1 << 20;

/** Tells of each so many bytes. @throws {UserError} where they break off: that is no fault of the disk. */
async function* counted(
  bytes: AsyncIterable<Buffer>,
  name: string,
  tell: (received: number) => void,
): AsyncGenerator<Buffer> {
  let received = 0;
  let told = 0;
  const chunks = bytes[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => {
      throw notWhole(name, error);
    });
    if (next.done === true) return;
    received += next.value.length;
    yield next.value;
    if (received - told < toldEvery) continue;
    told = received;
    tell(received);
  }
}
