import { unfilled, UserError } from '../../errors.ts';
import { guardOptions, guardRules, type GuardOptions } from '../../settings/guard-options.ts';
import { paceOptions, paceRules, type PaceOptions } from '../../settings/pace-options.ts';
import {
  columnRules,
  noLookUpFlag,
  planOptions,
  planRules,
  type PlanOptions,
} from '../../settings/plan-options.ts';
import { flagsOf, type Flag, type Flags } from '../../settings/rules.ts';
import type { SettingName, Settings, SettingsChange } from '../settings.ts';

const { protect: _, ...rulesOfPlan } = planRules;
const ofPlan = { ...flagsOf(columnRules), ...flagsOf(rulesOfPlan), ...noLookUpFlag };
/** A list of protected users is a file, and comes as one. */
const flags: Readonly<Record<string, Flag>> = { ...ofPlan, ...flagsOf(guardRules), ...flagsOf(paceRules) };

export interface Options {
  readonly plan: PlanOptions;
  readonly guards: GuardOptions;
  readonly pace: PaceOptions;
}

/**
 * Settings as the command line reads its flags.
 * @param protect the path of the list of protected users.
 * @throws {UserError} naming the flag.
 */
export function optionsOf(settings: Settings, protect: string | undefined): Options {
  const given: Flags = { ...settings, ...(protect === undefined ? {} : { protect }) };
  return { plan: planOptions(given), guards: guardOptions(given), pace: paceOptions(given) };
}

/** The settings with a change made. @throws {UserError} for what is none, or nothing that one takes. */
export function changedSettings(settings: Settings, change: SettingsChange): Settings {
  const changed = new Map<string, string | true>(Object.entries(settings));
  for (const [name, value] of Object.entries(change)) {
    if (!isSetting(name)) throw new UserError(`There is no setting ${name}.`);
    if (value === null) changed.delete(name);
    else if (value === true || typeof value === 'string') changed.set(name, value);
    else throw new UserError(`The setting ${name} is text, true or null.`);
  }
  return Object.fromEntries(changed);
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(flags, name);
}

/** Whether what the calls are rests on one of these. */
export function bearsOnPlan(change: SettingsChange): boolean {
  return Object.keys(change).some((name) => Object.hasOwn(ofPlan, name) && name !== 'skip-invalid');
}

/** Flags with their values, as settings; undefined where one is no setting, or lacks what only the user knows, other than apps. */
export function asChange(words: readonly string[]): SettingsChange | undefined {
  const change: Record<string, string | true> = {};
  for (let at = 0; at < words.length; at += 1) {
    const [, name = '', , joined] = /^--([a-z\d-]+)(=(.*))?$/s.exec(words[at] ?? '') ?? [];
    if (!isSetting(name)) return undefined;
    const next = words[at + 1];
    const isValue =
      joined === undefined && flags[name]?.value !== undefined && next?.startsWith('--') === false;
    const value = joined ?? (isValue ? next : true);
    if (isValue) at += 1;
    const isOpen = value === undefined || (typeof value === 'string' && isUnfilled(value));
    // Apps are chosen in a list of their own.
    if (isOpen && name !== 'app-ids') return undefined;
    if (!isOpen) change[name] = value;
  }
  return Object.keys(change).length === 0 ? undefined : change;
}

function isUnfilled(value: string): boolean {
  return unfilled(value) !== undefined || /^<.*>$/.test(value);
}
