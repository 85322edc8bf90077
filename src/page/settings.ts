/** Flags of the command line, without dashes. Text, or true where the flag takes no value. */
export type Settings = Readonly<Partial<Record<SettingName, string | true>>>;
export type SettingsChange = Readonly<Partial<Record<SettingName, string | true | null>>>;

/** Of `run --help`. `app-ids` has IDs or names with commas between them, or `all`; `delimiter` is `comma`, `semicolon`, `tab` or `pipe`.
 * Without `look-up` and `no-look-up` users are looked up where they are few. */
export type SettingName = PlanSettingName | GuardSettingName | PaceSettingName;

/** These decide what the calls are: a change reads the file again. */
type PlanSettingName =
  | 'user-id-column'
  | 'user-id-type-column'
  | 'app-ids-column'
  | 'sheet'
  | 'encoding'
  | 'delimiter'
  | 'user-id-type'
  | 'app-ids'
  | 'look-up'
  | 'no-look-up'
  | 'skip-invalid'
  | 'phone-country'
  | 'allow-damaged-ids';

type GuardSettingName = 'max-users' | 'canary' | 'stop-after-failures' | 'expect-sha256';

export type PaceSettingName = 'concurrency' | 'rate' | 'retries' | 'timeout' | 'give-up-after';
