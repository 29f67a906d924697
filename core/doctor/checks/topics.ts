import type { Configuration } from '../../base/configuration.ts';
import { mailbox } from '../../base/mailbox.ts';
import { patternMatchesAction } from '../../base/matching.ts';
import { check, doubtful, type Finding, fine, wrong } from '../check.ts';
import { statementsIn } from '../policy-statements.ts';
import type { TopicReading } from '../readings.ts';

/** Whether messages and alarms reach those they are for, and nobody else: topics and confirmed subscriptions. */
export const topics = check({
  name: 'topics',
  reads: ['topics'],
  judge: ({ topics: found }) => found.flatMap((topic) => [...findingsOf(topic), ...policyFindings(topic)]),
});

/** The topic of each approver, by the configuration with its topics filled in. */
export function topicsOfApprovers({
  approvers,
  email,
}: Pick<Configuration, 'approvers' | 'email'>): readonly Omit<TopicReading, 'policy' | 'subscriptions'>[] {
  return approvers.map(({ email: address, id }) => ({
    arn: email?.topics[id] ?? '',
    use: `approver ${id}`,
    wanted: [address],
    isPersonal: true,
  }));
}

/** What is wrong with who is subscribed to a topic; where nothing is, who they are. */
export function findingsOf(topic: Omit<TopicReading, 'policy'>): readonly Finding[] {
  const { arn, isPersonal, subscriptions, use, wanted } = topic;
  if (subscriptions === null)
    return [
      wrong(
        `there is no topic of ${use}: ${arn}`,
        'npx sls deploy makes it; correct email.topics where it is your own',
      ),
    ];
  const confirmed = subscriptions.filter((each) => each.arn !== null);
  const findings = wanted.flatMap((address) => ofAddress(address, topic));
  if (wanted.length === 0 && confirmed.length === 0)
    findings.push(
      doubtful(
        `nobody is subscribed to the topic of ${use}`,
        `aws sns subscribe --topic-arn ${arn} --protocol email …`,
      ),
    );
  if (isPersonal)
    for (const { arn: subscription, endpoint } of confirmed) {
      if (wanted.some((address) => mailbox(address) === mailbox(endpoint))) continue;
      findings.push(
        wrong(
          `${endpoint} gets the links of ${use} too`,
          `aws sns unsubscribe --subscription-arn ${subscription}, and find out who subscribed it`,
        ),
      );
    }
  return findings.length > 0
    ? findings
    : [fine(`${use}: ${confirmed.map(({ endpoint }) => endpoint).join(', ')}`)];
}

/** What is wrong with who may subscribe. */
function policyFindings({ isPersonal, policy, subscriptions, use }: TopicReading): readonly Finding[] {
  if (!isPersonal || subscriptions === null || keepsOthersOut(policy)) return [];
  return [
    wrong(
      `the policy of the topic of ${use} lets others subscribe, and whoever does gets the links`,
      'npx sls deploy sets it; give a topic of your own the Deny of sns:Subscribe that deploy/people.cjs makes',
    ),
  ];
}

/** Whether some statement denies Subscribe to everybody but those of a list. A policy that has none leaves it to IAM, and to whom it lets in. */
function keepsOthersOut(policy: string | null): boolean {
  return statementsIn(policy).some(
    ({ Action, Condition, Effect, Principal }) =>
      Effect === 'Deny' &&
      [Action].flat().some((pattern) => patternMatchesAction(String(pattern), 'sns:Subscribe')) &&
      JSON.stringify(Principal ?? '').includes('*') &&
      /"ArnNot(Like|Equals)":\{"aws:PrincipalArn"/.test(JSON.stringify(Condition ?? '')),
  );
}

function ofAddress(address: string, { arn, subscriptions, use }: Omit<TopicReading, 'policy'>): Finding[] {
  const own = (subscriptions ?? []).filter(({ endpoint }) => mailbox(endpoint) === mailbox(address));
  const confirmed = own.filter((each) => each.arn !== null);
  if (own.length === 0)
    return [
      wrong(
        `${address} is not subscribed to the topic of ${use}`,
        'npx sls deploy subscribes it, and SNS asks to confirm',
      ),
    ];
  if (confirmed.length === 0)
    return [
      wrong(
        `${address} has not confirmed the subscription to the topic of ${use}`,
        `confirm with the token of the mail "AWS Notification - Subscription Confirmation": aws sns confirm-subscription --authenticate-on-unsubscribe true --topic-arn ${arn} --token …`,
      ),
    ];
  if (confirmed.some(({ unsubscribesByLink }) => unsubscribesByLink === true))
    return [
      doubtful(
        `the link at the end of each mail unsubscribes ${address} from the topic of ${use} without a login, and mail scanners follow links`,
        'confirm anew with aws sns confirm-subscription --authenticate-on-unsubscribe true',
      ),
    ];
  return [];
}
