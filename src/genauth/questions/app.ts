import { isObject } from '../reply.ts';
import { textIn } from './fields.ts';

export interface App {
  readonly appId: string;
  readonly appName?: string;
}

/** Undefined where it has no ID. */
export function readApp(entry: unknown): App | undefined {
  if (!isObject(entry)) return undefined;
  const appId = textIn(entry, 'appId');
  if (appId === undefined) return undefined;
  const appName = textIn(entry, 'appName');
  return { appId, ...(appName === undefined ? {} : { appName }) };
}
