import { UserError } from '../../errors.ts';

/** A request that is refused as such, before any rule of the job looks at it. */
export class RequestError extends UserError {
  readonly status: number;

  constructor(status: number, message: string, hint?: string) {
    super(message, { hint });
    this.status = status;
  }
}

export function notFound(): RequestError {
  return new RequestError(404, 'There is nothing here.');
}
