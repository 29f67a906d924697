import type { EvidenceMemory } from '../core/review/evidence.ts';

/** Keeps which reports stored reviews had last, and which entities wait to be asked. */
export interface EvidenceStore {
  /** What the last review left of an organization; nothing where none did. Read consistently. */
  load(organizationId: string): Promise<EvidenceMemory>;
  /** Writes it in place of what was there. */
  save(organizationId: string, memory: EvidenceMemory): Promise<void>;
}
