/** What a user would otherwise write: csv-parse, p-limit, p-retry and the official SDK, with a report by row. */
import { createReadStream, createWriteStream } from 'node:fs';

import { ManagementClient } from 'authing-node-sdk';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import pLimit from 'p-limit';
import pRetry from 'p-retry';

const [input = '', output = '', concurrency = '64'] = process.argv.slice(2);
const { GENAUTH_HOST, GENAUTH_ACCESS_KEY_ID, GENAUTH_ACCESS_KEY_SECRET } = process.env;
const client = new ManagementClient({
  host: GENAUTH_HOST ?? '',
  accessKeyId: GENAUTH_ACCESS_KEY_ID ?? '',
  accessKeySecret: GENAUTH_ACCESS_KEY_SECRET ?? '',
});
const limit = pLimit(Number(concurrency));
const report = stringify({ header: true, columns: ['user_id', 'status', 'request_id', 'message'] });
report.pipe(createWriteStream(output));
let succeeded = 0;

type Options = NonNullable<Parameters<ManagementClient['kickUsers']>[0]['options']>;
interface Row {
  readonly user_id: string;
  readonly user_id_type: NonNullable<Options['userIdType']>;
  readonly app_ids: string;
}

async function kick(row: Row): Promise<void> {
  try {
    const reply = await pRetry(
      async () => {
        const reply = await client.kickUsers({
          userId: row.user_id,
          appIds: row.app_ids.split(';'),
          options: { userIdType: row.user_id_type },
        });
        if (reply.statusCode !== 200) throw new Error(reply.message);
        return reply;
      },
      { retries: 5 },
    );
    succeeded += 1;
    report.write([row.user_id, 'succeeded', reply.requestId, reply.message]);
  } catch (error) {
    report.write([row.user_id, 'failed', '', error instanceof Error ? error.message : String(error)]);
  }
}

const running = new Set<Promise<void>>();
for await (const row of createReadStream(input).pipe(parse({ columns: true, bom: true }))) {
  const kicked = limit(kick, row as Row).finally(() => running.delete(kicked));
  running.add(kicked);
  // p-limit queues whatever it is given; without this the whole file would be in memory.
  if (running.size >= 2 * Number(concurrency)) await Promise.race(running);
}
await Promise.all(running);
report.end();
console.log(succeeded);
