import {
  openDatabase,
  databaseError,
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
