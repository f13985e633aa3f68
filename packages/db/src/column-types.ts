import { customType } from 'drizzle-orm/pg-core';

/** A point in time: `timestamptz` to the millisecond in the database, epoch milliseconds in code. */
export const instant = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  toDriver: (epochMs) => new Date(epochMs).toISOString(),
  fromDriver: (text) => {
    const epochMs = Date.parse(text);
    if (Number.isNaN(epochMs)) throw new TypeError('the database gave a time that is none');
    return epochMs;
  },
});

/** Bytes. Both drivers give a subclass of what is promised here, or the same. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => new Uint8Array(value),
});

/** PostgreSQL's own id of a transaction, which never comes again; compared by the database alone. */
export const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => 'xid8' });
