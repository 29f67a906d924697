import type { Caller } from '../callers.ts';
import type { QueryValue } from '../query-protocol.ts';
import type { IamAccount } from './accounts.ts';
import type { IamState } from './state.ts';

/** What an operation on the caller's account gets beside its parameters. */
export interface IamContext {
  readonly caller: Caller;
  readonly account: IamAccount;
  /** What reads show at present. */
  readonly state: IamState;
  /** Milliseconds since 1970 on the sandbox's clock. */
  readonly now: number;
}

/** Operations of IAM by name; each throws a `QueryError` to refuse. */
export type IamOperations = Readonly<
  Record<string, (context: IamContext, input: URLSearchParams) => QueryValue | Promise<QueryValue>>
>;
