/**
 * The floor: a bare loop over `Pool.request` that does nothing but send and parse. No check, no retry, no pace, no journal,
 * no report.
 */
import { readFileSync } from 'node:fs';

import { Pool } from 'undici';

const [input = '', concurrency = '64'] = process.argv.slice(2);
const { GENAUTH_HOST = '', GENAUTH_ACCESS_KEY_ID, GENAUTH_ACCESS_KEY_SECRET } = process.env;
const pool = new Pool(GENAUTH_HOST, { connections: Number(concurrency) });

interface Body {
  readonly statusCode: number;
  readonly data?: { readonly success?: boolean; readonly access_token?: string };
}

async function post(path: string, headers: Record<string, string>, body: unknown): Promise<Body> {
  const reply = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(body) });
  return (await reply.body.json()) as Body;
}

const json = { 'content-type': 'application/json' };
const token = await post('/api/v3/get-management-token', json, {
  accessKeyId: GENAUTH_ACCESS_KEY_ID,
  accessKeySecret: GENAUTH_ACCESS_KEY_SECRET,
});
const bearer = token.data?.access_token ?? '';
const claims = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()) as {
  scoped_userpool_id: string;
};
const headers = {
  ...json,
  authorization: `Bearer ${bearer}`,
  'x-authing-userpool-id': claims.scoped_userpool_id,
};

const lines = readFileSync(input, 'latin1').trimEnd().split('\n');
let next = 1;
let succeeded = 0;
const started = performance.now();
async function work(): Promise<void> {
  while (next < lines.length) {
    const [, , , userId, userIdType, appIds = ''] = (lines[next++] ?? '').split(',');
    const dto = { userId, appIds: appIds.split(';'), options: { userIdType } };
    const reply = await post('/api/v3/kick-users', headers, dto);
    if (reply.statusCode === 200 && reply.data?.success === true) succeeded += 1;
  }
}
await Promise.all(Array.from({ length: Number(concurrency) }, work));
const seconds = (performance.now() - started) / 1000;
await pool.close();
console.log(JSON.stringify({ rows: { succeeded }, attemptsPerSecond: succeeded / seconds }));
