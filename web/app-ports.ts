import type { Context } from 'hono';
import type { ProvenCaller } from '../adapters/caller-proof-ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { DecidePorts } from '../flow/decide.ts';
import type { RequestPorts } from '../flow/request-review.ts';

/** What the pages need. */
export interface AppPorts extends Omit<DecidePorts & RequestPorts, 'stores'> {
  readonly stores: Pick<
    Stores,
    'askedBack' | 'changes' | 'exemptions' | 'locks' | 'outbox' | 'requests' | 'runs'
  >;
  readonly configuration: Configuration;
  /** Knows from AWS who signed, whatever account it is of. */
  readonly provenCaller: ProvenCaller;
  /** Where the pages are reached, if that may differ from the host that is asked; null where it is not known. */
  readonly pageUrl?: string | null;
  /** After so many milliseconds a page says "try again", because nobody waits longer: API Gateway gives up after 30 seconds. */
  readonly answerWithin: number;
  /** Called with an error that a page could not explain. */
  readonly onError: (error: unknown) => void;
  /** The caller's ARN as API Gateway authorized it, or null. Nothing else ever names an AWS principal. */
  readonly principalOf: (context: Context) => string | null;
}
