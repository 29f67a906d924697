import { BadArguments } from './arguments.ts';
import type { Command } from './command.ts';

const shells = ['bash', 'zsh'] as const;

const help = `Completion of commands, their verbs and options, for bash and zsh.

  oar completion bash|zsh        writes what the shell has to read

In the checkout, for this shell:

  alias oar='npx --no -- oar'
  source <(oar completion bash)

With zsh the last word is "zsh". Put both lines into ~/.bashrc or ~/.zshrc to have them in every shell.
`;

/** `oar completion`: what it completes is read from the help texts, so that no list has to be kept. `commands` is asked when it runs. */
export function completionCommand(commands: () => Readonly<Record<string, Pick<Command, 'help'>>>): Command {
  return {
    summary: 'completion for bash and zsh',
    help,
    run: async ([shell = '', ...others], terminal) => {
      if (!shells.some((known) => known === shell) || others.length > 0)
        throw new BadArguments(`${shell || 'completion'}: give a shell; known: ${shells.join(', ')}`);
      terminal.write(scriptFor(shell, commands()));
      return 0;
    },
  };
}

function scriptFor(shell: string, commands: Readonly<Record<string, Pick<Command, 'help'>>>): string {
  const cases = Object.entries(commands).map(([name, command]) => {
    const { options, verbs } = wordsOf(name, command.help);
    return `    ${name}) verbs='${verbs.join(' ')}' options='${options.join(' ')}' ;;`;
  });
  // zsh reads bash's completions once it was told so.
  const start = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
  return `${start}_oar() {
  local word="\${COMP_WORDS[COMP_CWORD]}" verbs='' options=''
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  local words="$options"
  if [ "$COMP_CWORD" -eq 1 ]; then words='${Object.keys(commands).join(' ')}'
  elif [ "$COMP_CWORD" -eq 2 ]; then words="$verbs $options"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _oar oar
`;
}

/** The verbs that stand behind the command's name in its help, and every option that it names. */
function wordsOf(
  name: string,
  text: string,
): { readonly verbs: readonly string[]; readonly options: readonly string[] } {
  const verbs = [...text.matchAll(new RegExp(`^ +oar ${name} ([a-z][a-z|-]*)`, 'gm'))].flatMap(
    ([, words = '']) => words.split('|'),
  );
  const options = [...text.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option);
  return { verbs: [...new Set(verbs)].sort(), options: [...new Set([...options, '--help'])].sort() };
}
