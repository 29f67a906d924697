import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { notify } from '../../flow/notify.ts';
import { type SweepReport, sweep } from '../../flow/sweep.ts';
import { peopleConfiguration } from '../message/sample-view.ts';
import { addressees, decideBy, everybodyAsked, openStage, type Stage, type StagePorts } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** The same people, but that the approver `bob` is somebody else, with a topic of his own. */
function withNewHolder(): StagePorts {
  const { configuration } = stage.ports;
  const topics = { ...configuration.email?.topics, bob: process.env.TOPIC_ARN };
  const approvers = configuration.approvers.map((approver) =>
    approver.id === 'bob' ? { ...approver, name: 'Bea Lund', email: 'team@example.com' } : approver,
  );
  const { slack } = configuration;
  return { ...stage.ports, configuration: peopleConfiguration({ approvers, email: { topics }, slack }) };
}

const sentTo = ({ notices }: SweepReport) =>
  notices.map(({ approverId, failure, purpose }) => [approverId, purpose, failure]);

test('whoever comes to hold the id of an approver is asked what is open, once, however long ago it was proposed', async () => {
  const id = await stage.propose({}, 200);
  await notify(stage.ports, id);
  const asked = stage.arrived();
  expect(addressees(asked)).toEqual(everybodyAsked);
  stage.advance(80 * 60);

  const ports = withNewHolder();
  expect(sentTo(await sweep(ports))).toEqual([['bob', 'decide:1', null]]);
  const [mail, ...more] = stage.arrived();
  expect([mail?.to, more]).toEqual(['team@example.com', []]);
  expect(mail?.text).toContain('personal to team@example.com');
  expect((await sweep(ports)).notices).toEqual([]);

  const ofFormer = asked.find(({ to }) => to === 'bob@example.com');
  expect(await decideBy({ ...stage, ports }, ofFormer, id, 'approve')).toMatchObject({
    refusals: [{ code: 'EXPIRED', detail: expect.stringContaining('took the place of this link') }],
  });
  expect(await decideBy({ ...stage, ports }, mail, id, 'approve')).toMatchObject({ refusals: [] });
});

test('a former holder who holds it again is asked again: his first link is gone', async () => {
  const id = await stage.propose();
  await notify(stage.ports, id);
  await sweep(withNewHolder());
  stage.arrived();
  expect(sentTo(await sweep(stage.ports))).toEqual([['bob', 'decide:1', null]]);
  const [mail] = stage.arrived();
  expect(mail?.to).toBe('bob@example.com');
  expect(await decideBy(stage, mail, id, 'approve')).toMatchObject({ refusals: [] });
});
