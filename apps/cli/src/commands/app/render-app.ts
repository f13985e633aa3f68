import type { AppView } from '@immint/contracts';
import { renderInstant } from '../../instant.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';
import { renderRotation } from './render-rotation.ts';

/** An app, a line for each of its fields. */
export function renderApp(paint: Paint, app: AppView): string {
  return renderRecord(paint, [
    ['app', app.app],
    ['provider', app.provider],
    ['App Key', app.appKey],
    ...(app.clientId === null ? [] : [['client id', app.clientId] as const]),
    ['where', renderPlace(app)],
    ['backup', app.backupBaseUrl ?? 'none'],
    ['tokens', String(app.tokens)],
    ['secret epoch', String(app.secretEpoch)],
    ...renderRotation(app.secretRotation),
    ['added', renderInstant(app.createdAtMs)],
    ['changed', renderInstant(app.updatedAtMs)],
    ...Object.entries(app.settings).map(([name, value]) => [name, renderSetting(value)] as const),
  ]);
}

/** Texts are shown without quotation marks, everything else as it is written in JSON. */
function renderSetting(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where the provider is called. */
export function renderPlace(app: AppView): string {
  return app.dataCenter === null ? app.baseUrl : `${app.dataCenter} (${app.baseUrl})`;
}
