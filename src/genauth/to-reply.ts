import type { KickUsersClient, KickUsersDto } from './kick-users.ts';
import type { Reply } from './reply.ts';
export async function toReply(client: KickUsersClient, dto: KickUsersDto): Promise<Reply> {
  return (await client.kickUsers(dto)) as Reply;
}
