/** What a decision other than an approval does, after its name: the same on the page and in Slack. */
export const decisionWords = {
  reject: 'change nothing, and do not propose it again for now',
  snooze: 'change nothing, ask again after a day that you name',
  exempt:
    'take some out until a day that you name: a new revision without them is shown before anybody approves',
} as const;
