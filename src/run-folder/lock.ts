import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '../errors.ts';
import { fateOf, isSameMachine, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { replaceFile } from '../files/replacement.ts';

/** What a lock file holds: whose it is, and of which folder. */
interface Holder extends ProcessIdentity {
  /** The folder's inode number: a copied folder is another one, and the lock in it says nothing. */
  readonly folder: string;
}

const lockName = /^lock\.[0-9a-f]{8}$/;

/** Locks that this process holds, by folder and name: another one with its ID was left by a process that had the ID before. */
const heldHere = new Set<string>();

/** Several that start at the same moment may all give way at first. */
const tries = 8;
const longestPauseMs = 60;

/**
 * Makes this process the only one that works on a run folder.
 *
 * Each starter puts a lock file of its own into the folder, whole from the first moment, and only then looks for others: of
 * two at least the later one sees the other and gives way. A file is never taken over, so a lock whose process is gone can
 * be deleted by anybody without ever hitting a living one.
 * @returns what gives the folder free again.
 * @throws {UserError} when another process holds it.
 */
export async function lockRunFolder(folder: string): Promise<() => Promise<void>> {
  const own = `lock.${randomBytes(4).toString('hex')}`;
  const holder: Holder = { ...ownIdentity(), folder: inodeOf(folder) };
  const key = keyOf(own, holder);
  async function release(): Promise<void> {
    await rm(path.join(folder, own), { force: true });
    heldHere.delete(key);
  }
  for (let left = tries; ; left -= 1) {
    heldHere.add(key);
    // A power cut ends every lock, so none needs to survive it.
    await replaceFile(path.join(folder, own), `${JSON.stringify(holder, undefined, 2)}\n`, 'guest', false);
    const other = await otherHolder(folder, own, holder);
    if (other === undefined) return release;
    await release();
    if (left === 1) throw heldBy(folder, other.name, other.holder, holder);
    await delay(Math.random() * longestPauseMs);
  }
}

/** Who works on a run folder, as its lock says. */
export interface Worker {
  readonly pid: number;
  readonly machine: string;
  /** The lock. */
  readonly file: string;
  readonly isHere: boolean;
  /** It is certain that this very process still works on it. */
  readonly isSeen: boolean;
}

/**
 * Looks who works on a run folder, and changes nothing in it.
 * @returns undefined when nobody does.
 */
export async function whoWorksOn(folder: string): Promise<Worker | undefined> {
  const here: Holder = { ...ownIdentity(), folder: inodeOf(folder) };
  for (const name of await readdir(folder)) {
    if (!lockName.test(name)) continue;
    const holder = await readHolder(path.join(folder, name));
    if (holder === undefined || !isInForce(name, holder, here)) continue;
    return {
      pid: holder.pid,
      machine: holder.machine,
      file: path.join(folder, name),
      isHere: isSameMachine(holder, here),
      isSeen: fateOf(holder, here) === 'running',
    };
  }
  return undefined;
}

/** Finds a lock that is in force, and deletes those that are not. */
async function otherHolder(
  folder: string,
  own: string,
  here: Holder,
): Promise<{ readonly name: string; readonly holder: Holder } | undefined> {
  let found: { readonly name: string; readonly holder: Holder } | undefined;
  for (const name of await readdir(folder)) {
    if (!lockName.test(name) || name === own) continue;
    const holder = await readHolder(path.join(folder, name));
    if (holder !== undefined && isInForce(name, holder, here)) found = { name, holder };
    else await rm(path.join(folder, name), { force: true });
  }
  return found;
}

/** @returns undefined when it is gone by now, or is not what a living process put there: a power cut can leave it empty. */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'machine' in value &&
    typeof value.machine === 'string' &&
    'pid' in value &&
    Number.isSafeInteger(value.pid) &&
    'folder' in value &&
    typeof value.folder === 'string'
  );
}

function isInForce(name: string, holder: Holder, here: Holder): boolean {
  switch (fateOf(holder, here)) {
    case 'running':
      return true;
    case 'gone':
      return false;
    case 'unknown':
      return holder.folder === here.folder && (!hasOwnId(holder, here) || heldHere.has(keyOf(name, here)));
  }
}

/** A folder has one inode by whatever path it is reached. */
function keyOf(name: string, { folder }: Holder): string {
  return `${folder} ${name}`;
}

/** Just this process has that ID now, so that whoever had it then is gone. */
function hasOwnId(holder: Holder, here: Holder): boolean {
  const isHere = isSameMachine(holder, here) && holder.pidNamespace === here.pidNamespace;
  return isHere && holder.pid === here.pid;
}

function inodeOf(folder: string): string {
  return String(statSync(folder, { bigint: true }).ino);
}

function heldBy(folder: string, name: string, holder: Holder, here: Holder): UserError {
  const { machine, pid } = holder;
  const file = path.join(folder, name);
  if (fateOf(holder, here) === 'running') {
    return new UserError(`Another process is working on ${folder}: process ${pid}.`, {
      hint: `Wait until it has ended, or end it in an orderly way with: kill ${pid}. \`report\` works meanwhile.`,
    });
  }
  if (isSameMachine(holder, here)) {
    return new UserError(`Another process may be working on ${folder}: a process ${pid} runs.`, {
      hint: `Whether it is the one that worked there cannot be told here. When no other genauth-offboard is at work, delete ${file}.`,
    });
  }
  return new UserError(`Another process may be working on ${folder}: process ${pid} on ${machine}.`, {
    hint: `Look there whether it still runs. When it is certain that it has ended, delete ${file}.`,
  });
}
