import type { AppCondition } from '@immint/contracts';
import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';

/** What happened in the minute that is under way and in those before it, a row each, newest first. */
export function renderMinutes(paint: Paint, minutes: AppCondition['minutes']): string {
  return renderTable(
    paint,
    ['MINUTE', 'HANDED OUT', 'ISSUED', 'FAILED', 'REPORTED'],
    minutes.map(({ atMs, handedOut, issued, failed, reported }) => [
      `${new Date(atMs).toISOString().slice(11, 16)}Z`,
      ...[handedOut, issued, failed, reported].map(String),
    ]),
  );
}
