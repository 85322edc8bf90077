/** A request as it is sent, and as it is signed: both from the same pieces. */
export interface RequestText {
  readonly method: 'GET' | 'POST';
  /** Path and query, without the path of a base address in front of it. */
  readonly address: string;
  /** Absent from a GET. */
  readonly body: string | undefined;
  /** What of it is signed beside its method and headers (`docs/genauth-api.md`, section 2b, line 3). */
  readonly resource: string;
}
