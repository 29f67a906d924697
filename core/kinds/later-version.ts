import type { Telling } from './kind.ts';

const ofLaterVersion = 'deploy the version that proposed it, or a later one';

/** What is told of a change whose intent this version does not know, whatever kind it is. */
export const ofUnknownIntent = {
  undoable: false,
  exemptible: false,
  inheritance: { waits: '', inForce: '' },
  nameOfServices: 'About',
  servicesTitle: 'Services that it is about',
  servicesTitleOver: 'Services that it was about',
  sees: ofLaterVersion,
  approve: ofLaterVersion,
  rollBack: ofLaterVersion,
  mend: ofLaterVersion,
  byHand: ofLaterVersion,
} satisfies Partial<Telling>;
