import { describe, expect, it } from 'vitest';
import { promptLine, readPiped } from './read-input.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

describe('promptLine', () => {
  it('shows the question and not what is typed, and gives the keyboard back', async () => {
    const terminal = createTestTerminal();
    const answer = promptLine(terminal, 'App Secret: ', false);
    terminal.type('hunter2\r');

    expect(await answer).toBe('hunter2');
    expect(terminal.said()).toBe('App Secret: \n');
    expect(terminal.rawModes).toEqual([true, false]);
  });

  it('shows what is typed where it is no secret', async () => {
    const terminal = createTestTerminal();
    const answer = promptLine(terminal, 'URL: ', true);
    terminal.type('http://x\r');

    expect(await answer).toBe('http://x');
    expect(terminal.said()).toBe('URL: http://x\n');
  });

  it('takes back what is erased, also characters of several bytes', async () => {
    const terminal = createTestTerminal();
    const answer = promptLine(terminal, '', false);
    terminal.type('ab😀');
    terminal.type('\u007F');
    terminal.type('\u007F');
    terminal.type('c\n');

    expect(await answer).toBe('ac');
  });

  it('leaves what was pasted after the line to the next question', async () => {
    const terminal = createTestTerminal();
    const first = promptLine(terminal, '1: ', false);
    terminal.type('one\r\ntwo\r\n');

    expect(await first).toBe('one');
    expect(await promptLine(terminal, '2: ', false)).toBe('two');
  });

  it('is ended by Ctrl-C, with the keyboard given back', async () => {
    const terminal = createTestTerminal();
    const answer = promptLine(terminal, '', false);
    terminal.type('half\u0003');

    await expect(answer).rejects.toMatchObject({ reason: 'INTERRUPTED' });
    expect(terminal.rawModes).toEqual([true, false]);
  });

  it('takes Ctrl-D for the end of the line', async () => {
    const terminal = createTestTerminal();
    const answer = promptLine(terminal, '', false);
    terminal.type('\u0004');

    expect(await answer).toBe('');
  });
});

describe('readPiped', () => {
  it.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['two\nlines\n\n', 'two\nlines\n'],
    ['', ''],
  ])('drops one line break at the end: %j', async (piped, read) => {
    expect(await readPiped(createTestTerminal({ piped }).stdin)).toBe(read);
  });

  it('gives up what cannot be a secret', async () => {
    await expect(readPiped(createTestTerminal({ piped: 'x'.repeat(70_000) }).stdin)).rejects.toMatchObject({
      reason: 'USAGE',
    });
  });
});
