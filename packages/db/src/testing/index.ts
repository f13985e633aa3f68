export { openEmbeddedForTests } from './open-embedded-for-tests.ts';
export { startPostgres } from './start-postgres.ts';
