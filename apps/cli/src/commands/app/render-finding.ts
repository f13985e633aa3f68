import type { Finding } from '@immint/contracts';
import type { Paint } from '../../paint.ts';
import { plainText } from '../../plain-text.ts';

const STYLE = { error: 'red', warning: 'yellow', note: 'dim' } as const satisfies Record<
  Finding['severity'],
  Parameters<Paint>[0]
>;

/** A finding of `app check` in one line. */
export function renderFinding(paint: Paint, { severity, code, message }: Finding): string {
  return `${paint(STYLE[severity], `${severity} ${code}`)}: ${plainText(message)}`;
}
