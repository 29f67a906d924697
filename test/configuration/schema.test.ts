import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { configurationSchema } from '../../core/base/configuration-schema.ts';
import { configurationSchemaFile } from '../../core/base/configuration-schema-file.ts';
import cases from '../cases/configuration/schema.json' with { type: 'json' };
import values from '../cases/configuration/values.json' with { type: 'json' };

const text = readFileSync('docs/configuration.schema.json', 'utf8');
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(text));

describe('the JSON Schema of the configuration', () => {
  test('that is committed is the one of the code: npm run generate writes it', () => {
    expect(text).toBe(configurationSchemaFile());
  });

  test.each(cases)('$name', ({ configuration, path }) => {
    validate(configuration);
    expect(validate.errors?.map(({ instancePath }) => instancePath) ?? []).toEqual(
      path === null ? [] : [path],
    );
    // An editor and the product are of one mind.
    expect(parseConfiguration(configuration).ok).toBe(path === null);
  });

  test('marks nothing that the product takes', () => {
    const taken = values.read.filter(({ configuration }) => parseConfiguration(configuration).ok);
    expect(taken.length).toBeGreaterThan(3);
    for (const { configuration, name } of taken)
      expect({ name, ok: validate(configuration) }).toEqual({ name, ok: true });
  });

  test('is named in the shipped file, and nobody reads the name', () => {
    const shipped = JSON.parse(readFileSync('reviewer.config.json', 'utf8'));
    expect(shipped.$schema).toBe('./docs/configuration.schema.json');
    const parsed = parseConfiguration(shipped);
    expect(parsed.ok && '$schema' in parsed.value).toBe(false);
  });
});

test('docs/configure.md has a row for every key', () => {
  const rows = readFileSync('docs/configure.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .join('\n');
  const keys = Object.keys(configurationSchema.shape).filter((key) => key !== '$schema');
  expect(keys.filter((key) => !new RegExp(`^\\|[^|]*\`${key}[\`.]`, 'm').test(rows))).toEqual([]);
});
