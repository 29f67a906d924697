import { check, fine, wrong } from '../check.ts';

/** Whether SCPs are enabled on the root, and can be. */
export const policyType = check({
  name: 'scps',
  reads: ['organization', 'root'],
  mustRead: true,
  judge: ({ organization: { features }, root: { id, scpsEnabled } }) => {
    if (features !== 'ALL')
      return [
        wrong(
          `the organization has the feature set ${features}`,
          'enable all features of AWS Organizations: SCPs need them',
        ),
      ];
    return [
      scpsEnabled
        ? fine(`enabled on the root ${id}`)
        : wrong(
            `not enabled on the root ${id}`,
            `aws organizations enable-policy-type --policy-type SERVICE_CONTROL_POLICY --root-id ${id}`,
          ),
    ];
  },
});
