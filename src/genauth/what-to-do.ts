import type { Reply } from './reply.ts';
export function whatToDo(reply: Reply): { message: string; hint: string } {
  return { message: reply.message ?? '', hint: 'placeholder' };
}
