import { expect, test } from 'vitest';
import { boundOutput } from './bounded-output.ts';

/** A stream of which the test says how much nobody has read. */
function anOutput() {
  const lines: string[] = [];
  return { lines, writableLength: 0, write: (line: string) => void lines.push(line) };
}

test('lines that are read are all written, as they are', () => {
  const stream = anOutput();
  const output = boundOutput(stream, 20);
  output.write('one\n');
  stream.writableLength = 20;
  output.write('two\n');
  expect(stream.lines).toEqual(['one\n', 'two\n']);
});

test('lines that nobody reads are dropped, and how many is said once somebody reads again', () => {
  const stream = anOutput();
  const output = boundOutput(stream, 20);
  stream.writableLength = 21;
  output.write('one\n');
  output.write('two\n');
  expect(stream.lines).toEqual([]);
  stream.writableLength = 0;
  output.write('three\n');
  output.write('four\n');
  expect(stream.lines).toEqual(['{"level":40,"event":"log.lines-dropped","lines":2}\n', 'three\n', 'four\n']);
});
