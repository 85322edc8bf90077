import type { PageOf } from '../page/document/create-page.ts';
import { runFileNames as names } from '../run-folder/run-files.ts';
import { commandLine, programName } from '../settings/shell.ts';
import type { Run } from './stored-run.ts';

/** What the page says of a run, beside how it went. */
export function factsOf(folder: string, { input, plan, protect, apps, users, ...run }: Run): PageOf['run'] {
  return {
    folder,
    input: { name: input.name, sha256: input.sha256 },
    users: input.users,
    host: run.options.server?.host ?? null,
    userPoolId: run.identity !== null && 'userPoolId' in run.identity ? run.identity.userPoolId : null,
    createdAt: run.createdAt,
    createdBy: run.createdBy,
    pinned: [
      [input.file, input.sha256],
      [names.calls, plan.files.calls.sha256],
      [names.rows, plan.files.rows.sha256],
      ...[protect ?? [], apps ?? [], users ?? []].flat().map(({ file, sha256 }) => [file, sha256] as const),
    ],
    commands: {
      resume: commandLine(programName, 'resume', folder),
      verify: commandLine(programName, 'verify', folder),
    },
  };
}
