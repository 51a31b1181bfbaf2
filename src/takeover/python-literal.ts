/** Reads what Python's `repr` wrote of plain values: the old system kept details so. */

/** The value as JSON knows it; undefined where the text is no such literal. */
export function parsePython(text: string): unknown {
  const reader = new Reader(text);
  try {
    const value = reader.value();
    return reader.isAtEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

const CONSTANTS: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const DEEPEST = 100;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#blanks();
    return this.#at === this.#text.length;
  }

  value(): unknown {
    this.#blanks();
    const sign = this.#text[this.#at] ?? '';
    if (sign === '{') return this.#nested(() => this.#dict());
    if (sign === '[') return this.#nested(() => this.#list(']'));
    if (sign === '(') return this.#nested(() => this.#list(')'));
    if (sign === "'" || sign === '"') return this.#string(sign);
    const word = this.#match(/[A-Za-z]+|[-+]?[\d.]+(?:[eE][-+]?\d+)?/y);
    if (Object.hasOwn(CONSTANTS, word)) return CONSTANTS[word];
    const number = Number(word);
    if (word === '' || !Number.isFinite(number)) throw new NoLiteral();
    return number;
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new NoLiteral();
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #dict(): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (!this.#takes('}')) {
      const key = this.value();
      this.#expect(':');
      entries.push([typeof key === 'string' ? key : JSON.stringify(key), this.value()]);
      if (!this.#takes(',')) {
        this.#expect('}');
        break;
      }
    }
    return Object.fromEntries(entries);
  }

  #list(end: string): unknown[] {
    const values: unknown[] = [];
    while (!this.#takes(end)) {
      values.push(this.value());
      if (!this.#takes(',')) {
        this.#expect(end);
        break;
      }
    }
    return values;
  }

  #string(quote: string): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined) throw new NoLiteral();
      this.#at += 1;
      if (sign === quote) return value;
      value += sign === '\\' ? this.#escape() : sign;
    }
  }

  #escape(): string {
    const code = this.#match(/x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}/y);
    if (code !== '') {
      const point = Number.parseInt(code.slice(1), 16);
      if (point > 0x10_ff_ff) throw new NoLiteral();
      return String.fromCodePoint(point);
    }
    const plain = ESCAPES[this.#text[this.#at] ?? ''];
    if (plain === undefined) throw new NoLiteral();
    this.#at += 1;
    return plain;
  }

  #blanks(): void {
    this.#match(/\s+/y);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #takes(sign: string): boolean {
    this.#blanks();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw new NoLiteral();
  }
}
