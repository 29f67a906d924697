/** A point on which only AWS can tell and that this test does not try. */
export interface NotTried {
  readonly name: string;
  readonly because: string;
  /** Where it is seen once a stack is deployed. */
  readonly seenBy: string;
}

const needsStack = 'it takes a deployed stack, and this test makes nothing outside its OU';
const needsKey = 'a customer-managed key costs money and waits a week at least for its deletion';

/** What is left to the first deployment; docs/smoke-test.md has the same list. */
export const notTried: readonly NotTried[] = [
  {
    name: 'the schedule and the rules start the state machines (states:StartExecution by their roles)',
    because: needsStack,
    seenBy: '"oar reviews start --wait" begins, and the queue of undelivered schedules stays empty',
  },
  {
    name: 'who starts an encrypted state machine needs its key, or does not',
    because: needsKey,
    seenBy:
      'the same, with deployment.kmsKeyArn: the roles may use the key for their machine alone, so that both work',
  },
  {
    name: 'the encryption contexts by which services use deployment.kmsKeyArn',
    because: needsKey,
    seenBy:
      'logs appear, the alarm reaches the operators (aws cloudwatch set-alarm-state), and events start functions',
  },
  {
    name: 'the functions read the secrets of Slack',
    because: needsStack,
    seenBy: '"oar doctor --send NAME" sends a Slack message',
  },
  {
    name: "CloudFormation's own calls of SNS carry aws:CalledVia",
    because: needsStack,
    seenBy:
      '"sls deploy" subscribes an approver; else it fails at sns:Subscribe: list the deploying role under deployers',
  },
  {
    name: 'apply may make an SCP with the tags of its grant TagNewPolicies',
    because: 'the test runs as you, and not as the role of apply',
    seenBy: 'the first change that makes an SCP is applied; else its page says AccessDenied',
  },
  {
    name: 'the subscription filter on the log group of the trail lets denied calls through, as AWS words them today',
    because: needsStack,
    seenBy:
      'with deployment.trailLogGroup, a call that an applied change denies is on its page some minutes later, with the principal',
  },
  {
    name: 'within a minute AWS hands a report out again to the same role, or to the same credentials alone',
    because: 'the test has one set of credentials',
    seenBy: 'where the credentials of a review change, no report fails with NoSuchEntity',
  },
];
