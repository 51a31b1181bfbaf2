/** What real shells offer for the last of some words, by orq's completion scripts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Shell } from '../../../client/reference/completion.ts';

type Offer = (script: string, words: readonly string[]) => string[];

const BASH =
  'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_${1//-/_}"; printf "%s\\n" "${COMPREPLY[@]}"';

const FISH = 'source $argv[1]; complete -C "$argv[2]"';

/** Types $2 into a zsh of its own on a terminal of its own, and asks for what may follow: what is added to the matches there is written down. */
const ZSH = String.raw`zmodload zsh/zpty
taken=$(mktemp)
export ZDOTDIR=$(mktemp -d)
cat > $ZDOTDIR/.zshrc <<END
PS1='' ; unsetopt beep
autoload -Uz compinit; compinit -u -D
source $1
compadd() {
  if [[ " \$* " == *\ -[OAD]\ * ]]; then builtin compadd "\$@"; return; fi
  local -a hits
  builtin compadd -A hits "\$@"
  print -rl -- \$hits >> $taken
  builtin compadd "\$@"
}
offer() { _main_complete; compstate[list]=''; compstate[insert]=''; print -r -- '==' >> $taken }
zle -C offer complete-word offer
bindkey '^T' offer
zle-line-init() { print -r -- '>>' >> $taken }
zle -N zle-line-init
END
until_last_is() {
  for step in {1..600}; do [[ "$(tail -1 $taken)" == $1 ]] && return; sleep 0.05; zpty -r -t typed out || true; done
}
zpty typed zsh -d -i
until_last_is '>>'
zpty -w -n typed "$2"$'\x14'
until_last_is '=='
grep -vx -e '==' -e '>>' $taken
zpty -d typed
rm -rf $taken $ZDOTDIR
`;

function said(shell: string, words: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, words, { encoding: 'utf8', timeout: 90_000 });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((word) => word !== '');
}

export const offeredBy: Readonly<Record<Shell, Offer>> = {
  bash: (script, words) => said('bash', ['--norc', '-c', BASH, words[0] ?? '', script, ...words]),
  fish: (script, words) =>
    said('fish', ['--no-config', '-c', FISH, script, words.join(' ')]).map(
      (line) => line.split('\t')[0] ?? '',
    ),
  zsh: (script, words) => said('zsh', ['-f', '-c', ZSH, 'zsh', script, words.join(' ')]),
};
