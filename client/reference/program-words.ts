/** A program as its manual page and the completion of a shell need it. */

export interface OptionWords {
  /** With their dashes, short before long. */
  readonly names: readonly string[];
  /** Its value, as `<path>` or `[duration]`; null for a switch. */
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly help: string;
}

export interface ArgumentWords {
  /** As `<id>` or `[folder...]`. */
  readonly name: string;
  readonly choices: readonly string[];
  readonly help: string;
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly ArgumentWords[];
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
  /** Whole command lines. */
  readonly examples: readonly string[];
}

export interface ProgramWords extends CommandWords {
  /** Of the manual. */
  readonly section: 1 | 8;
  /** Other pages, as `orqctl(1)`. */
  readonly related: readonly string[];
  /** What stands in the page besides: a heading and its paragraphs. */
  readonly notes: readonly (readonly [heading: string, ...paragraphs: string[]])[];
}
