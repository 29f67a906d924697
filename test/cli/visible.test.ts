import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '../../adapters/log.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { openSite, type Site } from '../web/site.ts';
import { oar } from './run-oar.ts';
import { undisplayable } from './sample-result.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('oar shows what would drive a terminal', async () => {
  await oar('ana', 'freeze', '--reason', 'an \u001b[2Jincident\u202e\u009b31m\rover');
  const { output } = await oar('ana', 'freeze', '--status');
  expect(output.trimEnd()).toMatch(/: an ⟨U\+001B⟩\[2Jincident⟨U\+202E⟩⟨U\+009B⟩31m over$/);
  const change = await site.put({ confirm: 'Dev\u009b2J\u202e', policyName: 'a\u001b]0;b\u0007' });
  process.env.PAGE_URL = site.gateway.url;
  for (const args of [
    ['list'],
    ['list', '--json'],
    ['show', change.record.id],
    ['show', change.record.id, '--json'],
  ]) {
    const shown = await oar('ana', 'changes', ...args);
    expect(shown.output).toContain(change.record.id);
    expect(`${shown.output}${shown.errors}`).not.toMatch(undisplayable);
  }
  await oar('ana', 'freeze', '--lift', '--reason', 'over');
  expect((await oar('ana', 'freeze', '--reason', 'x'.repeat(2_001))).errors).toContain('at most 2,000');
});

test('a line of the log drives no terminal, and says the same', () => {
  let said = '';
  const stream = {
    write: (line: string) => {
      said += line;
    },
  };
  const failure = 'refused \u009b2J \u202e \u001b[0m\n';
  createLogger({ correlationId: 'rev-1', level: 'info', fileDescriptor: 2 }, stream).warn(
    { failure },
    failure,
  );
  expect(said).not.toMatch(undisplayable);
  expect(JSON.parse(said)).toMatchObject({ failure, msg: failure });
});

test('a line of the log has the keys by which Lambda filters: an RFC 3339 time and the name of the level', () => {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ correlationId: 'rev-1', level: 'trace', fileDescriptor: 2 }, stream);
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
  for (const level of levels) logger[level]('said');
  for (const [index, line] of lines.entries()) {
    const { level, time, timestamp } = JSON.parse(line);
    expect({ level, time }).toEqual({ level: levels[index] });
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
});

test('a line of the log names an error as the error names itself: in a bundle its class has no name', () => {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ correlationId: 'rev-1', level: 'info', fileDescriptor: 2 }, stream);
  const error = new (class a extends Error {
    override readonly name = 'BadEvent';
  })('scope: there is none');
  logger.error(error, 'failed');
  expect(JSON.parse(lines.join(''))).toMatchObject({
    err: { type: 'BadEvent', message: 'scope: there is none' },
  });
});

test('every character that Unicode gives no picture is written out, and every other stays', () => {
  const shown: string[] = [];
  const changed: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    if (/[\t\r\n]/.test(character)) continue;
    const isUnseen = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u.test(character);
    const visible = visibleText(character);
    if (isUnseen && /[^\u27e8\u27e9U+0-9A-F]/.test(visible)) shown.push(character);
    if (/[\p{L}\p{N}\p{P}]/u.test(character) && !isUnseen && visible !== character) changed.push(character);
  }
  expect(shown).toEqual([]);
  expect(changed).toEqual([]);
});
