export { createImmintClient } from './client.ts';
export type { ImmintClient, ImmintClientOptions } from './client.ts';
export { watchJob } from './watch-job.ts';

export {
  ApiError,
  isClientError,
  ServerAnsweredStrangelyError,
  ServerUnreachableError,
  toClientError,
} from './client-error.ts';
export type { ClientError } from './client-error.ts';
