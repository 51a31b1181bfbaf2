/** Completion of orq's programs in a shell, from what their commands and options are. */
import type { CommandWords, OptionWords, ProgramWords } from './program-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command with the words that lead to it, the program's own not among them. */
interface Place {
  readonly path: readonly string[];
  readonly command: CommandWords;
  /** Its own and those of the program, which hold everywhere. */
  readonly options: readonly OptionWords[];
}

export function completionFor(shell: Shell, programs: readonly ProgramWords[]): string {
  const parts = programs.map((program) => SCRIPTS[shell](program, placesOf(program)));
  return [shell === 'zsh' ? `#compdef ${programs.map(({ name }) => name).join(' ')}\n` : '', ...parts].join(
    '',
  );
}

const SCRIPTS: Readonly<Record<Shell, (program: ProgramWords, places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

function placesOf(program: ProgramWords): Place[] {
  const below = (path: readonly string[], command: CommandWords): Place[] => [
    {
      path,
      command,
      options: path.length === 0 ? program.options : [...command.options, ...program.options],
    },
    ...command.commands.flatMap((each) => below([...path, each.name], each)),
  ];
  return below([], program);
}

const namesOf = (options: readonly OptionWords[]): string[] => options.flatMap(({ names }) => [...names]);

/** Options whose value is the next word. */
function valuedNames(places: readonly Place[]): string[] {
  const valued = places.flatMap(({ options }) =>
    options.filter(({ value }) => value?.startsWith('<') === true),
  );
  return [...new Set(namesOf(valued))];
}

/** What may stand at a place that is no option: commands, or the choices of its first argument. */
function wordsAt({ command }: Place): string[] {
  return [
    ...command.commands.map(({ name }) => name),
    ...command.arguments.flatMap(({ choices }) => [...choices]),
  ];
}

const functionName = (program: ProgramWords): string => `_${program.name.replaceAll('-', '_')}`;

/** Walks the words before the one under the cursor: the variable `place` says then which command they name. bash and zsh read it alike. */
function walk(
  places: readonly Place[],
  { first, end, word, place }: { first: number; end: string; word: string; place: string },
): string {
  const paths = places.flatMap(({ path }) => (path.length === 0 ? [] : [`'${path.join(' ')}'`]));
  const valued = valuedNames(places);
  return `  for ((at = ${first}; at < ${end}; at++)); do
    word=${word}
    case $word in
      ${valued.length === 0 ? "''" : valued.join('|')}) ((at++)) ;;
      -*) ;;
      *)
        next=\${${place}:+$${place} }$word
        case $next in
          ${paths.length === 0 ? "''" : paths.join('|')}) ${place}=$next ;;
        esac ;;
    esac
  done`;
}

function bashScript(program: ProgramWords, places: readonly Place[]): string {
  const valued = valuedNames(places);
  const choices = places.flatMap(({ path, options }) =>
    options.flatMap(({ names, choices: each }) =>
      each.length === 0
        ? []
        : [
            `    ${names.map((name) => `'${path.join(' ')}:${name}'`).join('|')}) words='${each.join(' ')}' ;;`,
          ],
    ),
  );
  const name = functionName(program);
  return `${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' at word next words=''
${walk(places, { first: 1, end: 'COMP_CWORD', word: '${COMP_WORDS[at]}', place: 'path' })}
  case $path:$prev in
${choices.join('\n')}
  esac
  if [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
  fi
  case $prev in
    ${valued.length === 0 ? "''" : valued.join('|')}) return ;;
  esac
  case $path in
${places
  .map(
    (place) =>
      `    '${place.path.join(' ')}') if [[ $cur == -* ]]; then words='${namesOf(place.options).join(' ')}'; else words='${wordsAt(place).join(' ')}'; fi ;;`,
  )
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F ${name} ${program.name}
`;
}

/** In single quotes, as all three shells read it. */
function quoted(words: string, quote: string): string {
  return `'${words.replaceAll("'", quote)}'`;
}

/** zsh takes a colon for the end of the word that is described. */
function zshScript(program: ProgramWords, places: readonly Place[]): string {
  const pair = (word: string, help: string): string =>
    quoted(`${word.replaceAll(':', String.raw`\:`)}:${help}`, `'\\''`);
  const name = functionName(program);
  const cases = places.map((place) => {
    const options = place.options.flatMap(({ names, help }) => names.map((each) => pair(each, help)));
    const commands = place.command.commands.map((each) => pair(each.name, each.summary));
    const choices = place.command.arguments.flatMap((each) =>
      each.choices.map((word) => pair(word, each.help)),
    );
    return `    '${place.path.join(' ')}') options=(${options.join(' ')}); words=(${[...commands, ...choices].join(' ')}) ;;`;
  });
  const valued = valuedNames(places);
  const values = places.flatMap(({ path, options }) =>
    options.flatMap(({ names, choices, help }) =>
      choices.length === 0
        ? []
        : [
            `    ${names.map((each) => `'${path.join(' ')}:${each}'`).join('|')}) words=(${choices.map((word) => pair(word, help)).join(' ')}) ;;`,
          ],
    ),
  );
  return `${name}() {
  local at word next place=''
  local -a options words
${walk(places, { first: 2, end: 'CURRENT', word: '$words_before[at]', place: 'place' })}
  local prev=$words_before[CURRENT-1]
  case $place:$prev in
${values.join('\n')}
  esac
  if (( \${#words} )); then
    _describe word words
    return
  fi
  case $prev in
    ${valued.length === 0 ? "''" : valued.join('|')}) _files; return ;;
  esac
  case $place in
${cases.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe option options
  elif (( \${#words} )); then _describe word words
  else _files
  fi
}
compdef ${name} ${program.name}
`.replace(
    "local at word next place=''",
    `local at word next place=''\n  local -a words_before=("\${words[@]}")`,
  );
}

/** fish has no names for places: a function of its own walks the words before the cursor, as the other two do. */
function fishScript(program: ProgramWords, places: readonly Place[]): string {
  const { name } = program;
  const isAt = `_${functionName(program)}_at`;
  const lines = places.flatMap((place) => {
    const at = `-n ${fishQuoted(`${isAt} "${place.path.join(' ')}"`)}`;
    const words = [
      ...place.command.commands.map((each) => [each.name, each.summary] as const),
      ...place.command.arguments.flatMap((each) => each.choices.map((word) => [word, each.help] as const)),
    ];
    const own = place.path.length === 0 ? program.options : place.command.options;
    return [
      ...words.map(([word, help]) => `complete -c ${name} -f ${at} -a ${word} -d ${fishQuoted(help)}`),
      // The program's own options hold everywhere.
      ...own.map((option) => fishOption(name, option, place.path.length === 0 ? [] : [at])),
    ];
  });
  return `${fishWalk(isAt, places)}${lines.join('\n')}\n`;
}

function fishOption(name: string, option: OptionWords, where: readonly string[]): string {
  const { names, choices, value, help } = option;
  const flags = names.map((each) => (each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`));
  const taken = choices.length > 0 ? [`-x -a '${choices.join(' ')}'`] : value === null ? [] : ['-r'];
  return [`complete -c ${name}`, ...where, ...flags, ...taken, `-d ${fishQuoted(help)}`].join(' ');
}

function fishWalk(isAt: string, places: readonly Place[]): string {
  const paths = places.flatMap(({ path }) => (path.length === 0 ? [] : [`'${path.join(' ')}'`]));
  return `function ${isAt}
  set -l words (commandline -opc)
  set -l place
  set -l is_value 0
  for word in $words[2..-1]
    if test $is_value = 1
      set is_value 0
      continue
    end
    switch $word
      case ${valuedNames(places).join(' ') || "''"}
        set is_value 1
      case '-*'
      case '*'
        set -l next (string join ' ' $place $word)
        contains -- $next ${paths.join(' ')}; and set place $next
    end
  end
  test "$place" = $argv[1]
end
`;
}

const fishQuoted = (words: string): string => quoted(words, String.raw`\'`);
