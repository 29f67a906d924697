import type { ApplyPorts, JournalPoint } from '../../flow/apply-ports.ts';
import { baseText } from './organization.ts';
import type { Story } from './story.ts';

/** What somebody makes of the SCP by hand: nothing of it may be lost. */
export const byHand = baseText.replace('"Allowed"', '"AllowedByHand"');
/** Any text of an SCP as somebody leaves it who edits it by hand: it means something else than before. */
export const withIdByHand = (text: string | undefined): string =>
  (text ?? '').replace('{', '{"Id":"by-hand",');
/** Does something once, when the journal is at a point. */
export const at = (point: JournalPoint, happens: () => void): Partial<ApplyPorts> => {
  let done = false;
  return {
    onPoint: (now) => {
      if (now !== point || done) return;
      done = true;
      happens();
    },
  };
};
/** Does something once, right before an operation is answered. */
export const beforeCall = (
  { sandbox }: Story,
  operation: string,
  happens: () => void,
  when: () => boolean = () => true,
): void => {
  const remove = sandbox.onCall((call) => {
    if (call.operation !== operation || !when()) return;
    remove();
    happens();
  });
};
/** Ports whose kill switch and lock see something happen right before the last look at them. */
export const beforeLastLook = ({ ports }: Story, happens: () => Promise<unknown>): Partial<ApplyPorts> => {
  let armed = false;
  const { stores } = ports;
  const readFreeze: typeof stores.locks.readFreeze = async () => {
    if (armed) await happens();
    armed = false;
    return stores.locks.readFreeze();
  };
  const onPoint: ApplyPorts['onPoint'] = (point) => {
    armed ||= point === 'sending-journalled';
  };
  return { onPoint, stores: { ...stores, locks: { ...stores.locks, readFreeze } } };
};
/** Turns the kill switch. */
export const freeze = ({ ports }: Story, frozen: boolean): Promise<void> =>
  ports.stores.locks.writeFreeze({ frozen, by: 'ana', reason: 'something burns', at: ports.clock.now() });
