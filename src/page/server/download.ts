import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { writeProblems } from '../../workflow/check.ts';
import { findRun } from '../../workflow/runs.ts';
import { asAttachment } from './file-name.ts';
import type { Job } from './job.ts';
import { downloads } from './report-of.ts';
import { notFound, RequestError } from './request-error.ts';
import { makeUploadFolder } from './upload-folder.ts';
import { zipped } from './zip.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.log': 'text/plain; charset=utf-8',
  '.zip': 'application/zip',
};

/** What is sent is never shown in the browser as a page of this server's. */
function begin(response: ServerResponse, name: string): void {
  response.writeHead(200, {
    'content-type': types[path.extname(name)] ?? 'application/octet-stream',
    'content-disposition': asAttachment(name),
  });
}

/** The path of a run. @throws {RequestError} where the folder of runs holds none of this name. */
export async function runFolderOf({ surroundings }: Job, run: string): Promise<string> {
  const { runsFolder } = surroundings;
  // The name is one of the folder's own, so that nothing leads out of it.
  const entries = await readdir(runsFolder, { withFileTypes: true });
  const isThere = entries.some((entry) => entry.isDirectory() && entry.name === run);
  if (!isThere || (await findRun(runsFolder, run)) === undefined) throw notFound();
  return path.join(runsFolder, run);
}

export async function sendRunFile(
  job: Job,
  run: string,
  file: string,
  response: ServerResponse,
): Promise<void> {
  const folder = await runFolderOf(job, run);
  if (file === 'folder.zip') {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && isKept(entry.name)).map(({ name }) => name);
    begin(response, `${run}.zip`);
    await pipeline(zipped(folder, names, run), response);
    return;
  }
  if (!downloads.some((name) => name === file)) throw notFound();
  await sendFile(path.join(folder, file), `${run}-${file}`, response);
}

/** What only the process that works on a run needs. */
function isKept(name: string): boolean {
  return !/^lock\.|^ballast$/.test(name);
}

async function sendFile(file: string, name: string, response: ServerResponse): Promise<void> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (handle === undefined) throw notFound();
  try {
    begin(response, name);
    await pipeline(handle.createReadStream({ autoClose: false }), response);
  } finally {
    await handle.close();
  }
}

/** All problems, or the copy with the proposed repairs, made when they are asked for. */
export async function sendProblems(
  { memory, surroundings }: Job,
  what: 'problems' | 'repaired',
  response: ServerResponse,
): Promise<void> {
  const { file, checked, options } = memory;
  if (file === undefined || checked === undefined || options === undefined) {
    throw new RequestError(409, 'No file has been read.', 'Give one first.');
  }
  const { folder, remove } = await makeUploadFolder(surroundings.runsFolder, `${what}.csv`);
  try {
    const made = path.join(folder, 'made.csv');
    const { plan, known } = checked;
    await writeProblems(file.proven.path, { [what]: made }, plan, options.plan, { known });
    await sendFile(made, `${path.parse(file.name).name}-${what}.csv`, response);
  } finally {
    await remove();
  }
}
