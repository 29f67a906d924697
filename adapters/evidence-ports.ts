import type { EvidenceMemory } from '../core/review/evidence.ts';

/** Keeps which reports stored reviews had last, and which entities wait to be asked. */
export interface EvidenceStore {
  /** What the last review left of an organization; nothing where none did. Read consistently. */
  load(organizationId: string): Promise<EvidenceMemory>;
  /** Writes what follows from what is there; `next` is asked again where another review wrote meanwhile. A crash leaves what was there, or what follows. */
  change(organizationId: string, next: (memory: EvidenceMemory) => EvidenceMemory): Promise<void>;
}
