import { networkOptions, type NetworkOptions } from '../settings/network.ts';
import { credentials, type Credentials } from '../settings/credentials.ts';
import { fewerInFlight } from '../workflow/open-files.ts';
import type { Flags } from '../settings/rules.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import { say, type Terminal } from '../terminal/terminal.ts';

/**
 * What `run` and `resume` need anew each time to reach the server.
 * @param host undefined for a run with a client of the caller's own.
 */
export function connectionSettings(
  flags: Flags,
  terminal: Terminal,
  host: string | undefined,
): { readonly credentials: Credentials; readonly network: NetworkOptions } {
  const { environment, crash } = terminal;
  const tell = (message: string): void => say(terminal, message);
  const secrets = credentials(flags, environment, tell);
  const network = host === undefined ? {} : networkOptions(flags, environment, host, tell);
  crash.secrets.add(secrets.accessKeySecret);
  if (network.proxy !== undefined) {
    const { password } = new URL(network.proxy);
    crash.secrets.add(password).add(decodeURIComponent(password));
  }
  return { credentials: secrets, network };
}

/** Better said beforehand than found out. */
export function sayFewerInFlight(terminal: Terminal, pace: PaceOptions): void {
  const message = fewerInFlight(pace);
  if (message !== undefined) say(terminal, message);
}
