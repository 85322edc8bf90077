import type { SettingName } from '../../settings.ts';
import type { PlanStep, Refusal, State } from '../../state.ts';
import { createContext, useContext, useRef, useState } from '../preact.ts';
import { dataAt } from './data-at.ts';

/** What is told of each answer. */
export interface Asking {
  /** Asks the server for something. @returns why it was refused; undefined where it was not. */
  ask(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Refusal | undefined>;
  /** Sends a file. */
  send(path: string, file: File): Promise<Refusal | undefined>;
}

const unreachable: Refusal = { message: '', hint: null, ways: [] };

/** @param onState told of each newer state. */
export function createAsking(onState: (state: State) => void): Asking {
  async function request(path: string, given: RequestInit): Promise<Refusal | undefined> {
    let response: Response;
    try {
      response = await fetch(dataAt(path), given);
    } catch {
      // The events tell that the server is gone.
      return unreachable;
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) {
      onState(answer as State);
      return undefined;
    }
    // Another tab was faster: its state is on the way.
    return response.status === 409 ? undefined : (answer as Refusal);
  }

  return {
    ask: (method, path, body = {}) =>
      request(path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    send: (path, file) =>
      request(`${path}?name=${encodeURIComponent(file.name)}`, { method: 'PUT', body: file }),
  };
}

export async function get<T>(path: string): Promise<T | undefined> {
  const response = await fetch(dataAt(path)).catch(() => undefined);
  return response?.ok === true ? ((await response.json()) as T) : undefined;
}

export const Asked = createContext<Asking>(createAsking(() => {}));

/** What asks, and why the last that was asked here was refused. */
export function useAsking(): Asking & { readonly refusal: Refusal | null } {
  const asking = useContext(Asked);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const noting = async (answer: Promise<Refusal | undefined>): Promise<Refusal | undefined> => {
    const told = await answer;
    setRefusal(told ?? null);
    return told;
  };
  return {
    refusal,
    ask: (method, path, body) => noting(asking.ask(method, path, body)),
    send: (path, file) => noting(asking.send(path, file)),
  };
}

/** The settings of a plan, and what changes one of them. */
export function useSettings({ settings }: PlanStep) {
  const asking = useAsking();
  /** @param value '' and false leave it to the program. */
  const patch = (name: SettingName, value: string | boolean): Promise<unknown> => {
    const isLeft = value === '' || value === false;
    return asking.ask('PATCH', '/api/settings', { [name]: isLeft ? null : value });
  };
  return {
    ...asking,
    /** '' where it is left to the program. */
    given(name: SettingName): string {
      const value = settings[name];
      return typeof value === 'string' ? value : '';
    },
    patch,
    /** The same, for whoever does not wait for the answer. */
    set: (name: SettingName, value: string | boolean): void => void patch(name, value),
  };
}

/**
 * A value that is made of the one before it, as a list is to which something is added: whoever is faster than the answers loses nothing.
 * @param given as the server has it. @param send one at a time, and of those that wait the last.
 * @returns what is wanted by now, and what changes it.
 */
export function useWanted(given: string, send: (value: string) => Promise<unknown>) {
  const wanted = useRef<string | undefined>(undefined);
  const isSending = useRef(false);
  const [shown, setShown] = useState<string | undefined>(undefined);
  async function sendAll(): Promise<void> {
    if (isSending.current) return;
    isSending.current = true;
    for (let sent; wanted.current !== undefined && sent !== wanted.current;) {
      sent = wanted.current;
      await send(sent);
    }
    isSending.current = false;
    wanted.current = undefined;
    setShown(undefined);
  }
  return {
    value: shown ?? given,
    change(from: (value: string) => string): void {
      wanted.current = from(wanted.current ?? given);
      setShown(wanted.current);
      void sendAll();
    },
  };
}
