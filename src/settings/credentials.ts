import { readFileSync, statSync } from 'node:fs';

import { UserError } from '../errors.ts';
import { text } from './read-flag.ts';
import type { Environment } from './server-options.ts';
import type { Flags, Rules } from './rules.ts';
import type { Kind } from './kinds.ts';
import { commandLine } from './shell.ts';

/** An access key of GenAuth: that of the user pool, or of a collaborator who may call `kick-users`. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** It travels in HTTP headers and JSON; a stray line break from copying is the usual mistake. Never shown. */
const key: Kind<string> = ({ value, name }) => {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new UserError(
    typeof value === 'string' && value !== ''
      ? `${name} holds a space, a line break or a character that no access key has.`
      : `${name} is missing.`,
    { hint: 'Copy it again from the GenAuth console.' },
  );
};

export const credentialRules: Rules<Credentials> = {
  accessKeyId: { kind: key },
  accessKeySecret: { kind: key },
};

/**
 * The credentials from environment and file, never from a flag.
 * @param warn told when others can read the secret's file.
 */
export function credentials(
  flags: Flags,
  environment: Environment,
  warn: (message: string) => void,
): Credentials {
  if (flags['access-key-secret'] !== undefined) {
    throw new UserError('--access-key-secret is no flag: the command line is no place for a secret.', {
      hint: 'Others on this machine may have seen it, and it is in the history of your shell: have it replaced in the GenAuth console. Set GENAUTH_ACCESS_KEY_SECRET, or give a file with --access-key-secret-file.',
    });
  }
  const accessKeyId = environment['GENAUTH_ACCESS_KEY_ID'];
  const file = text(flags, 'access-key-secret-file');
  const accessKeySecret =
    file === undefined ? environment['GENAUTH_ACCESS_KEY_SECRET'] : readSecret(file, warn);
  if (!accessKeyId || !accessKeySecret) {
    const missing = [
      ...(accessKeyId ? [] : ['GENAUTH_ACCESS_KEY_ID']),
      ...(accessKeySecret ? [] : ['GENAUTH_ACCESS_KEY_SECRET']),
    ];
    throw new UserError(
      `No credentials: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
      {
        hint: 'Set both in the environment, or give the secret with --access-key-secret-file. To practise without a tenant, use `demo`.',
      },
    );
  }
  const secretFrom = file === undefined ? 'GENAUTH_ACCESS_KEY_SECRET' : '--access-key-secret-file';
  key({ value: accessKeyId, name: 'GENAUTH_ACCESS_KEY_ID', isText: true });
  key({ value: accessKeySecret, name: secretFrom, isText: true });
  return { accessKeyId, accessKeySecret };
}

function readSecret(file: string, warn: (message: string) => void): string {
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      warn(`Others can read ${file}. Protect it with: ${commandLine('chmod', '600', file)}`);
    }
    const secret = readFileSync(file, 'utf8').trim();
    if (secret === '') throw new UserError(`--access-key-secret-file: ${file} is empty.`);
    return secret;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    // What is no file may be the secret itself, which somebody took the flag to ask for.
    if (['EACCES', 'EPERM', 'EISDIR', 'EIO'].includes(code)) {
      throw new UserError(`--access-key-secret-file: ${file} cannot be read (${code}).`, { cause: error });
    }
    throw new UserError(`--access-key-secret-file names no file (${code}).`, {
      hint: 'It takes the path of a file that holds the secret. If you gave the secret itself, others on this machine may have seen it: have it replaced in the GenAuth console.',
    });
  }
}
