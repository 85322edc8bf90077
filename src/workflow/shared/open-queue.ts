import { UserError } from '../../errors.ts';
import {
  openDatabase,
  databaseError,
  isOutage,
  notInstalled,
  withoutPassword,
  type Database,
} from '../../queue/database.ts';
import type { Delivery } from '../../queue/delivery.ts';

/** Where shared runs are. */
export interface Queue extends Database {
  /** The caller closes it. */
  delivery(run: number): Promise<Delivery>;
  /** @returns what to tell of an error of the database. @throws a bug. */
  told(error: unknown): Error;
}

/** @returns undefined where the database is away. */
export async function unlessAway<T>({ told }: Queue, asks: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asks();
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (isOutage(error)) return undefined;
    throw told(error);
  }
}

/** What is thrown of the database is told in words. */
export async function inWords<T>({ told }: Queue, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? error : told(error);
  }
}

/** Opens a queue for as long as the work takes. */
export async function withQueue<T>(url: string, work: (queue: Queue) => Promise<T>): Promise<T> {
  const queue = await openQueue(url);
  try {
    return await inWords(queue, () => work(queue));
  } finally {
    await queue.close();
  }
}

/** @throws {UserError} when its packages are not installed, or the database cannot be used. */
export async function openQueue(url: string): Promise<Queue> {
  const { openDelivery } = await import('../../queue/delivery.ts').catch(notInstalled);
  const database = await openDatabase(url);
  return {
    ...database,
    delivery: (run) => openDelivery(url, run),
    told: (error) => databaseError(withoutPassword(url), error),
  };
}
