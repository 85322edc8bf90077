import type { Speaker } from '../speaker.ts';
import type { UiKey } from '../ui-en.ts';

/** What the command line's flags and variables are on the page of `ui`: the labels of its fields. */
const fields: ReadonlyMap<string, UiKey> = new Map<string, UiKey>([
  ['--host', 'connect.host'],
  ['GENAUTH_HOST', 'connect.host'],
  ['GENAUTH_ACCESS_KEY_ID', 'connect.id'],
  ['GENAUTH_ACCESS_KEY_SECRET', 'connect.secret'],
  ['--user-id-column', 'plan.user_column'],
  ['--user-id-type-column', 'plan.type_column'],
  ['--user-id-type', 'plan.type'],
  ['--app-ids-column', 'plan.apps_column'],
  ['--app-ids', 'plan.apps'],
  ['--sheet', 'plan.sheet'],
  ['--encoding', 'plan.encoding'],
  ['--delimiter', 'plan.delimiter'],
  ['--phone-country', 'plan.phone_country'],
  ['--allow-damaged-ids', 'plan.damaged_ids'],
  ['--skip-invalid', 'plan.skip_invalid'],
  ['--protect', 'plan.protect'],
  ['--canary', 'plan.canary'],
  ['--stop-after-failures', 'plan.failures'],
  ['--rate', 'plan.rate'],
  ['--look-up', 'plan.look_up'],
]);

/** Advice for a terminal, for which the page has its own. */
const advice: ReadonlyMap<string, UiKey> = new Map<string, UiKey>([
  [
    'Set both in the environment, or give the secret with --access-key-secret-file. To practise without a tenant, use `demo`.',
    'connect.fill_in',
  ],
]);

/** The same of a part of it. */
const elsewhere: ReadonlyMap<string, UiKey> = new Map<string, UiKey>([
  [', or give a folder on another disk with --out', 'ui.elsewhere'],
  [', or choose another place', 'ui.elsewhere'],
]);

/** A flag with what only the user knows behind it, or a variable. What stands between quotation marks is the user's own. */
const mention = /"[^"]*"|--[a-z][a-z\d-]*(?:[ =]<[^>]*>)?(?: \(or GENAUTH_HOST\))?|\bGENAUTH_[A-Z_]+/g;

/** A sentence of the program with the fields of the page in place of flags, as far as it has them. */
export function inPageWords(said: string, say: Speaker['say']): string {
  const own = advice.get(said);
  if (own !== undefined) return say(own);
  const told = [...elsewhere].reduce((text, [part, key]) => text.replace(part, () => say(key)), said);
  const labelled = told.replaceAll(mention, (found) => {
    const [name = ''] = found.split(/[ =]/);
    return found.startsWith('"') ? found : (labelOf(name, say) ?? found);
  });
  // Chinese has spaces around a flag, and none around a label.
  return labelled.replaceAll(/(?<=[\p{Script=Han}：，。]) (?=“)|(?<=”) (?=\p{Script=Han})/gu, '');
}

/** The field for a flag, in quotation marks, without what explains it; undefined where the page has none. @param name with its dashes. */
export function labelOf(name: string, say: Speaker['say']): string | undefined {
  const key = fields.get(name);
  return key === undefined ? undefined : say('ui.field', { label: say(key).replace(/\s*[(（;；].*$/s, '') });
}
