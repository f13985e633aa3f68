import { DatabaseError } from '@immint/db';
import type { AppRecord, AppStore } from '@immint/db';
import type { AppRow, ModelTables } from './model-tables.ts';
import { onlySimulated } from './only-simulated.ts';
import type { DatabaseLink } from './virtual-database.ts';

/** Gives of the model's rows what the store of apps gives of the database's. */
export function createModelAppStore(tables: ModelTables, link: DatabaseLink): AppStore {
  const inUse = () => [...tables.apps.values()].filter(({ isRemoved }) => !isRemoved);
  return onlySimulated<AppStore>('apps', {
    find: (name) =>
      link.run('apps.find', 'run', () => {
        const row = inUse().find((app) => app.name === name);
        return row === undefined ? undefined : toRecord(row);
      }),

    readSecret: ({ id, updatedAtMs }) =>
      link.run('apps.readSecret', 'run', () => {
        const row = inUse().find((app) => app.id === id);
        if (row === undefined) throw new DatabaseError('ROW_MISSING');
        if (row.updatedAtMs !== updatedAtMs) throw new DatabaseError('ROW_CHANGED');
        return row.secret;
      }),
  });
}

function toRecord({ secret: _secret, isRemoved: _isRemoved, ...record }: AppRow): AppRecord {
  return { ...record };
}
