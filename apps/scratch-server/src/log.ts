import { pino } from 'pino';
import type { DestinationStream, Level } from 'pino';
import { describeError } from './describe-error.ts';

/** What a log line may hold: plain values that the writer names one by one. Objects are not accepted, so none slips in. */
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A structured log: one JSON line an event. An error is reduced to what may be seen before it is written. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields, error?: unknown): void;
  error(event: string, fields?: LogFields, error?: unknown): void;
  with(fields: LogFields): Log;
}

/** Opens a log on a stream, from a level upward. */
export function openLog(stream: DestinationStream, level: Level | 'silent'): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'event' }, stream);
  const wrap = (target: typeof logger): Log => ({
    info: (event, fields = {}) => target.info(fields, event),
    warn: (event, fields = {}, error) => target.warn(withError(fields, error), event),
    error: (event, fields = {}, error) => target.error(withError(fields, error), event),
    with: (fields) => wrap(target.child(fields)),
  });
  return wrap(logger);
}

function withError(fields: LogFields, error: unknown): object {
  return error === undefined ? fields : { ...fields, error: describeError(error) };
}
