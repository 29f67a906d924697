import { expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { baseDifference } from '../../core/proof/base.ts';
import { afterText, beforeText, content } from '../change/samples.ts';

const edit = editOf(content());
const onManyLines = (text: string): string => JSON.stringify(JSON.parse(text), null, 2);

test.each([
  ['the text that was read', beforeText, null],
  ['the text that is wanted', afterText, null],
  ['the text that is wanted, in another layout', onManyLines(afterText), null],
  ['the text that was read, in another layout', onManyLines(beforeText), 'text'],
  ['another text', beforeText.replace('s3', 'ec2'), 'text'],
])('an SCP that shows %s', (_, text, what) => {
  const policies = [
    {
      id: 'p-newsvctest',
      name: 'NewServiceTest',
      awsManaged: false,
      text,
      targets: edit.targets,
      tags: null,
    },
  ];
  expect(baseDifference({ edit, policies })?.what ?? null).toBe(what);
});
