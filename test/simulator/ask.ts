import { ManagementClient } from 'authing-node-sdk';

import type { Simulator } from '../../src/simulator/simulator.ts';

/** The official SDK, to be used as its documentation says. */
export function sdk({ accessKeyId, accessKeySecret, url: host }: Simulator): ManagementClient {
  return new ManagementClient({ accessKeyId, accessKeySecret, host, lang: 'en-US' });
}

/** 24 hexadecimal digits that end with the number. */
export const hex = (number: number): string => number.toString(16).padStart(24, '6');

/** Whether check-session-status says that the session is alive; what else it says as `statusCode`. */
export async function active(
  client: ManagementClient,
  userId: string,
  appId: string,
): Promise<boolean | number> {
  const reply = await client.checkSessionStatus({ appId, userId });
  return reply.statusCode === 200 ? reply.data.active : reply.statusCode;
}

/** IDs of one page of those who are signed in. */
export async function activeUsers(
  client: ManagementClient,
  appId: string,
  page: number,
): Promise<{ total: number; userIds: string[] }> {
  const options = { pagination: { page, limit: 50 } };
  const { data } = await client.listApplicationActiveUsers({ appId, options });
  return { total: data.totalCount, userIds: data.list.map(({ userId }) => userId) };
}
