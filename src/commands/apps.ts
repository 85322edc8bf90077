import { exitCodes } from '../errors.ts';
import { printable } from '../printable.ts';
import { serverOptions } from '../settings/server-options.ts';
import { createProgress } from '../terminal/progress.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import { counted } from '../terminal/wording.ts';
import { listApps } from '../workflow/apps.ts';
import type { Flags } from '../settings/rules.ts';
import type { Command } from './command.ts';
import { connectionSettings } from './connection-settings.ts';
import { credentialFlags, jsonFlag, networkFlags, serverFlags } from './flags.ts';
import { allOf, gather } from './gather.ts';

export const appsCommand: Command = {
  name: 'apps',
  describe: "Lists the user pool's apps, name and ID",
  flags: { ...serverFlags, ...credentialFlags, ...networkFlags, ...jsonFlag },
  examples: [
    ['apps', 'with GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET in the environment'],
    ['apps --json', 'for programs: a list of appId and name'],
  ],
  async run(_, flags, terminal) {
    const { server, connection } = settings(flags, terminal);
    const progress = createProgress(terminal);
    const apps = await listApps({
      server,
      ...connection,
      onEvent: (event) => progress.listen(event),
      stopSignal: terminal.stopSignal,
      abortSignal: terminal.abortSignal,
    }).finally(() => progress.close());
    await print(
      terminal,
      flags['json'] === true
        ? JSON.stringify(apps, undefined, 2)
        : [
            ...apps.map(({ appId, name }) => ({ text: `${printable(appId)}  ${printable(name)}` })),
            { text: '' },
            { text: `${counted(apps.length, 'app')}, as far as this access key sees them.` },
          ],
    );
    return exitCodes.succeeded;
  },
};

/** All that is given, or one refusal that names all that is missing. */
function settings(flags: Flags, terminal: Terminal) {
  const { attempt, faults } = gather();
  const server = attempt(() => serverOptions(flags, terminal.environment));
  const connection = attempt(() => connectionSettings(flags, terminal, server?.host));
  if (server === undefined || connection === undefined) throw allOf(faults, []);
  return { server, connection };
}
