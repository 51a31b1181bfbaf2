/** A program's page of the manual, in man(7). */
import type { CommandWords, OptionWords, ProgramWords } from './program-words.ts';

/** `version`: of the package. */
export function manPage(program: ProgramWords, version: string): string {
  const { name, section, summary, description, options, commands, examples, related, notes } = program;
  return [
    `.TH ${name.toUpperCase()} ${section} "" "orq ${version}"`,
    '.SH NAME',
    `${text(name)} \\- ${text(summary)}`,
    '.SH SYNOPSIS',
    ...synopsis([name], program),
    '.SH DESCRIPTION',
    text(description),
    ...(options.length === 0 ? [] : ['.SH OPTIONS', ...options.flatMap(optionLines)]),
    ...(commands.length === 0
      ? []
      : ['.SH COMMANDS', ...commands.flatMap((each) => commandLines([name], each))]),
    ...notes.flatMap(([heading, ...paragraphs]) => [
      `.SH ${heading.toUpperCase()}`,
      ...paragraphs.flatMap((paragraph) => ['.PP', text(paragraph)]),
    ]),
    ...(examples.length === 0 ? [] : ['.SH EXAMPLES', ...exampleLines(examples)]),
    '.SH SEE ALSO',
    related.map((page) => `.BR ${page.replace('(', ' (')}`).join(' ,\n'),
    '',
  ].join('\n');
}

function commandLines(path: readonly string[], command: CommandWords): string[] {
  const whole = [...path, command.name];
  return [
    `.SS "${text(whole.slice(1).join(' '))}"`,
    ...synopsis(whole, command),
    '.PP',
    text(command.description),
    ...command.arguments.flatMap(({ name, help, choices }) => [
      '.TP',
      `.I ${text(name)}`,
      text(withChoices(help, choices)),
    ]),
    ...command.options.flatMap(optionLines),
    ...(command.examples.length === 0 ? [] : exampleLines(command.examples)),
    ...command.commands.flatMap((each) => commandLines(whole, each)),
  ];
}

function synopsis(path: readonly string[], command: CommandWords): string[] {
  const rest = [
    ...(command.options.length === 0 ? [] : ['[options]']),
    ...command.arguments.map(({ name }) => name),
    ...(command.commands.length === 0 ? [] : ['command']),
  ];
  return [`.B ${text(path.join(' '))}`, ...(rest.length === 0 ? [] : [text(rest.join(' '))])];
}

function optionLines({ names, value, help, choices }: OptionWords): string[] {
  const words = names.map((name) => `\\fB${text(name)}\\fR`).join(', ');
  const tag = value === null ? words : `${words} \\fI${text(value)}\\fR`;
  return ['.TP', tag, text(withChoices(help, choices))];
}

function withChoices(help: string, choices: readonly string[]): string {
  return choices.length === 0 ? help : `${help}: ${choices.join(', ')}`;
}

function exampleLines(examples: readonly string[]): string[] {
  return ['.PP', '.EX', ...examples.map(text), '.EE'];
}

/** roff takes a backslash for an escape, a dash for a hyphen, and a dot or quote at the beginning of a line for a request. */
function text(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('…', '...');
}
