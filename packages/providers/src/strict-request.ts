import type { z } from 'zod';

import type { IssueTokenRequest } from './chat-provider.ts';
import { ProviderError } from './provider-error.ts';

/**
 * What is about to be sent, held against its strict schema first. The rule that it breaks becomes the message; the value
 * does not.
 * @throws ProviderError user-id-refused, bad-request
 */
export const readRequest = <Schema extends z.ZodType>(schema: Schema, request: z.input<Schema>): z.output<Schema> => {
  const checked = schema.safeParse(request);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const isUserId = issue?.path[0] === 'userId' || issue?.path[0] === 'username';
  throw new ProviderError(isUserId ? 'user-id-refused' : 'bad-request', detailOf(issue?.message));
};

/** The sentence of the first rule that a text breaks. */
export const brokenRule = (schema: z.ZodType<string>, text: string): string | undefined =>
  schema.safeParse(text).error?.issues[0]?.message;

/**
 * Refuses what RongCloud and Nexconn have no field for, instead of leaving it out unseen.
 * @throws ProviderError bad-request
 */
export const refuseUnsupported = ({ ttlSeconds, password }: IssueTokenRequest): void => {
  if (ttlSeconds !== undefined) throw new ProviderError('bad-request', { detail: 'It takes no lifetime.' });
  if (password !== undefined) throw new ProviderError('bad-request', { detail: 'It knows no passwords.' });
};

const detailOf = (message: string | undefined): { detail?: string } =>
  message === undefined ? {} : { detail: message };
