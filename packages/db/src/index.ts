export { openDatabase } from './open-database.ts';
export type { DatabaseOptions } from './open-database.ts';
export type { Database, DatabaseEngine } from './database.ts';
export { DATABASE_ERROR_CODES, DatabaseError } from './database-error.ts';
export type { DatabaseErrorCode } from './database-error.ts';

export { openSealedDatabase } from './open-sealed-database.ts';
export { KeyCheckError } from './key-check-error.ts';
export type { KeyCheckErrorCode } from './key-check-error.ts';

export type { AuditEntry } from './audit.ts';
export { APP_CONSTRAINTS, createAppStore } from './app-store.ts';
export type { AppChanges, AppStore, NewApp } from './app-store.ts';
export type { AppRecord } from './app-record.ts';
export { createTokenStore } from './token-store.ts';
export type { StoredProfile, TokenStore, TokenToSave } from './token-store.ts';
export type { StoredToken, TokenMetadata } from './token-record.ts';
export { createKeyStore } from './key-store.ts';
export type { KeyRecord, KeyStore, NewKey } from './key-store.ts';
