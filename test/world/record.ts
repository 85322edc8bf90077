/** Why a call was answered as it was. */
export type Why =
  /** Done. */
  | 'done'
  /** It is about this user, and about nobody else. */
  | 'own'
  /** It is about one of the apps. */
  | 'app'
  /** About this attempt alone: the next may well go through. */
  | 'hiccup'
  /** Too much was sent, or somebody said so. */
  | 'throttled'
  /** The credentials, or the right to use them. */
  | 'credentials'
  /** Whatever stands between here and there, or the tenant as a whole. */
  | 'world';

/** One request to kick a user. */
export interface Exchange {
  readonly session: number;
  readonly userId: string;
  readonly appIds: readonly string[];
  readonly sentAt: number;
  readonly why: Why;
  /** The tenant did what was asked. */
  readonly carriedOut: boolean;
  /** The reply says in full, and as its own, that it was done. */
  readonly saysDone: boolean;
  /** It was or may have been sent, and whoever sees what came back cannot know whether it was done. */
  readonly inDoubt: boolean;
  /** No whole reply came. */
  isCut: boolean;
  /** It did not even leave. */
  readonly isUnsent: boolean;
  readonly requestIds: readonly string[];
  /** Of another call, whose reply this was; or of half a reply, in which they need not be seen. */
  readonly foreignIds: readonly string[];
  /** When the process got it; undefined while it has not, or because it died. */
  deliveredAt: number | undefined;
  /** The process went on after it, with a journal that takes what it is given: nothing excuses its loss. */
  isKept: boolean;
}

/** Kicks of processes that look for sessions count from here. */
export const firstLook = 1001;

/** One question about sessions. */
export interface Inquiry {
  /** Of the processes that look, from 1. */
  readonly session: number;
  /** The last part of its address. */
  readonly name: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly sentAt: number;
  /** When it came to the tenant; undefined where it did not. */
  answeredAt: number | undefined;
  /** The tenant's own answer to it came whole. */
  isAnswer: boolean;
  requestIds: readonly string[];
  deliveredAt: number | undefined;
}
