import { check, fine, wrong } from '../check.ts';

/** Whether the credentials are the management account's: access reports exist in that account alone. */
export const caller = check({
  name: 'caller',
  reads: ['caller', 'organization'],
  mustRead: true,
  judge: ({ caller: { accountId, arn }, organization: { id, managementAccountId } }) => [
    accountId === managementAccountId
      ? fine(`${arn}, in the management account of ${id}`)
      : wrong(
          `${arn} is in account ${accountId}; the management account of ${id} is ${managementAccountId}`,
          'sign in to the management account: access reports exist in that account alone',
        ),
  ],
});
