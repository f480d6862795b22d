/** What came with a request to the fork server: the descriptors of a child to be. */
export interface Request {
  readonly control: number;
  readonly lifeline: number;
  readonly server: number;
  readonly streams: readonly number[];
  readonly extra: readonly number[];
}
