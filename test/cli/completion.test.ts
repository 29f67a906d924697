import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { runCommand } from '../../cli/main.ts';

async function script(shell: string): Promise<string> {
  let output = '';
  await runCommand(['completion', shell], {
    look: { columns: 80, colour: false },
    wantsProgress: false,
    write: (text) => {
      output += text;
    },
    note: (text) => {
      throw new Error(text);
    },
  });
  return output;
}

/** What bash offers for a line whose last word is being typed. */
function offered(completion: string, line: readonly string[]): readonly string[] {
  const words = line.map((word) => `'${word}'`).join(' ');
  const asked = `${completion}\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _oar; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', asked], { encoding: 'utf8' }).trim().split('\n');
}

test('bash completes commands, verbs and options, as the help texts name them', async () => {
  const bash = await script('bash');
  expect(offered(bash, ['oar', 're'])).toEqual(['review', 'reviews', 'request-back', 'replay']);
  expect(offered(bash, ['oar', 'changes', 'ro'])).toEqual(['roll-back']);
  expect(offered(bash, ['oar', 'completion', 'z'])).toEqual(['zsh']);
  expect(offered(bash, ['oar', 'reviews', 'show', '--fo'])).toEqual(['--follow', '--format']);
  expect(offered(bash, ['oar', 'review', '--su'])).toEqual(['--summary']);
});

test('zsh is told to read completions of bash', async () => {
  const [zsh, bash] = [await script('zsh'), await script('bash')];
  expect(zsh).toBe(`autoload -U +X bashcompinit && bashcompinit\n${bash}`);
});

test('another shell is refused by name', async () => {
  await expect(script('fish')).rejects.toThrow('fish: give a shell; known: bash, zsh');
});
