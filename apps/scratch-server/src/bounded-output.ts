/** A stream that tells how much of what was written nobody has read yet, as every Node stream does. */
export interface Output {
  readonly writableLength: number;
  write(text: string): unknown;
}

/** Beyond this, a log that nobody reads would fill the memory. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

/**
 * Writes log lines as long as somebody reads them. Whoever runs the server may have left its standard error unread: then lines
 * are dropped, and the first one that is written again is preceded by how many that were.
 */
export function boundOutput(output: Output, mostUnreadBytes = MOST_UNREAD_BYTES): { write(line: string): void } {
  let dropped = 0;
  return {
    write(line) {
      if (output.writableLength > mostUnreadBytes) {
        dropped += 1;
        return;
      }
      if (dropped > 0) output.write(`${JSON.stringify({ level: 40, event: 'log.lines-dropped', lines: dropped })}\n`);
      dropped = 0;
      output.write(line);
    },
  };
}
