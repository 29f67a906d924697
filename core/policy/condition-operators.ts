// IAM User Guide, "IAM JSON policy elements: Condition operators".
const operators = new Set(
  [
    'StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike',
    'NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals',
    'DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals',
    'Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnNotEquals ArnLike ArnNotLike',
  ]
    .join(' ')
    .toLowerCase()
    .split(' '),
);

/** Whether AWS knows a condition operator, with its `ForAllValues:`, `ForAnyValue:` and `IfExists` forms. Letter case is not judged, so that nothing AWS accepts is called wrong. */
export function isConditionOperator(name: string): boolean {
  const plain = name.toLowerCase().replace(/^(forallvalues|foranyvalue):/, '');
  return plain === 'null' || operators.has(plain.replace(/ifexists$/, ''));
}
