import type { Write } from '../../core/change/engine/next-action.ts';
import type { EventBody, Failure } from '../../core/change/life/events.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { WritingKind } from '../../core/kinds/kind.ts';
import type { OrganizationTree } from '../../core/organization/organization.ts';
import type { ApplyPorts } from '../apply-ports.ts';
import type { Checks } from '../write-once.ts';
import type { Known } from '../write-steps.ts';

/** Reads what stands now of what a change writes, as far as the step that is due needs it. `begins`: as in `Writing`. */
type Look<Live> = (change: StoredChange, known: Known, begins?: () => void) => Promise<Live>;

/** An approved change that was proved again: why the approval is void or null, the tree of now, and how to look from here on. */
export interface ProvedAgain<Live> {
  readonly reason: Failure | null;
  readonly tree: OrganizationTree;
  readonly look: Look<Live>;
}

/** A kind of change with what is read for it: `core/kinds` decides, this reads. */
export interface KindInFlow<Live> {
  readonly kind: WritingKind<Live>;
  /** Looks before the proof and in a roll back. */
  look(ports: ApplyPorts, change: StoredChange, known: Known, begins?: () => void): Promise<Live>;
  /**
   * Leaves in one resource what the step says. Answers the id of the SCP, or null. Where that takes more than
   * one call, `checks` are asked again. Throws `AwsRefusal`.
   */
  write(ports: ApplyPorts, change: StoredChange, write: Write, checks: Checks): Promise<string | null>;
  /** Proves an approved change again from evidence made after `notBefore` (epoch ms). Throws `NotNow` while AWS is busy. */
  proveAgain(ports: ApplyPorts, record: ChangeRecord, notBefore: number): Promise<ProvedAgain<Live>>;
  /** Why a roll back may not be carried out by what is known now, or null. */
  voidsRollBack(ports: ApplyPorts, record: ChangeRecord): Promise<Failure | null>;
  /** What is seen only once everything is written, and told in the write that says so. `record` is the applied change. */
  seenWhenApplied(
    ports: ApplyPorts,
    record: ChangeRecord,
    live: Live,
    at: number,
  ): Promise<readonly EventBody[]>;
}
