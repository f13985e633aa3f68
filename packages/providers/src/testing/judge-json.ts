/** What a strict reader makes of bytes. */
export type JudgedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const NOT_JSON = new Error('It is not JSON of which all readers think the same.');

/**
 * Reads JSON by RFC 8259, letter by letter and without `JSON.parse`, so that a test can hold the reader of answers against
 * another one. Refuses a byte order mark, bytes that are not UTF-8, and a name that an object has twice.
 */
export const judgeJson = (bytes: Uint8Array): JudgedJson => {
  try {
    const reader = new Reader(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return { ok: true, value: reader.document() };
  } catch {
    return { ok: false };
  }
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value();
    if (this.#at !== this.#text.length) throw NOT_JSON;
    return value;
  }

  #value(): unknown {
    this.#take(/[ \t\n\r]*/y);
    const value = this.#bare();
    this.#take(/[ \t\n\r]*/y);
    return value;
  }

  #bare(): unknown {
    const first = this.#text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#list();
    return first === '"' ? this.#string() : this.#literal();
  }

  #object(): unknown {
    const members = new Map<string, unknown>();
    this.#items('}', () => {
      this.#take(/[ \t\n\r]*/y);
      const name = this.#string();
      this.#take(/[ \t\n\r]*/y);
      this.#expect(':');
      if (members.has(name)) throw NOT_JSON;
      members.set(name, this.#value());
    });
    return Object.fromEntries(members);
  }

  #list(): unknown {
    const items: unknown[] = [];
    this.#items(']', () => items.push(this.#value()));
    return items;
  }

  #items(end: string, readOne: () => void): void {
    this.#at += 1;
    this.#take(/[ \t\n\r]*/y);
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      readOne();
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === end) return;
      if (next !== ',') throw NOT_JSON;
    }
  }

  #string(): string {
    this.#expect('"');
    let value = '';
    for (;;) {
      value += this.#take(/(?:(?!\p{Cc})[^"\\]|[\u007f-\u009f])*/uy);
      if (this.#text[this.#at] === '"') break;
      value += this.#escape();
    }
    this.#at += 1;
    return value;
  }

  #escape(): string {
    const escape = this.#take(/\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y);
    if (escape === '') throw NOT_JSON;
    const letter = escape[1] ?? '';
    if (letter === 'u') return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
    return { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[letter] ?? letter;
  }

  #literal(): unknown {
    const word = this.#take(/true|false|null/y);
    if (word !== '') return { true: true, false: false, null: null }[word];
    const number = this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number === '') throw NOT_JSON;
    return Number(number);
  }

  #expect(letter: string): void {
    if (this.#text[this.#at] !== letter) throw NOT_JSON;
    this.#at += 1;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }
}
