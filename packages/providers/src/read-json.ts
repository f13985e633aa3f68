import type { z } from 'zod';

import { ProviderError } from './provider-error.ts';
import { hasRepeatedName } from './repeated-name.ts';
import type { ProviderReply } from './request.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON value of an answer. An answer that is none is judged by its HTTP status: a gateway in front of a provider
 * answers 502 in HTML, and that is a failure and no broken contract.
 * @throws ProviderError failed, rate-limited, broke-contract
 */
export const readJson = (reply: ProviderReply): unknown => {
  const isSuccess = reply.status >= 200 && reply.status < 300;
  if (isSuccess && reply.contentType !== 'application/json') throw unreadable(reply, 'It is not announced as JSON.');
  if (reply.body.length === 0) throw unreadable(reply, 'It is empty.');
  const document = decode(reply);
  const value = parse(reply, document);
  if (hasRepeatedName(document, value)) throw unreadable(reply, 'It says one thing twice.');
  return value;
};

/** Neither keeps the error that it caught, because that quotes the body. */
const decode = (reply: ProviderReply): string => {
  try {
    return utf8.decode(reply.body);
  } catch {
    throw unreadable(reply, 'It is not UTF-8.');
  }
};

const parse = (reply: ProviderReply, document: string): unknown => {
  try {
    return JSON.parse(document);
  } catch {
    throw unreadable(reply, 'It is not JSON.');
  }
};

/**
 * An answer as a schema reads it.
 * @throws ProviderError failed, rate-limited, broke-contract
 */
export const readShape = <Schema extends z.ZodType>(
  reply: ProviderReply,
  value: unknown,
  schema: Schema,
): z.output<Schema> => {
  const shape = schema.safeParse(value);
  if (!shape.success) throw unreadable(reply, 'A field is missing or wrong.');
  return shape.data;
};

/** The error of an answer that says nothing we understand. */
export const unreadable = (reply: ProviderReply, detail: string): ProviderError =>
  judgeByStatus(reply) ?? new ProviderError('broke-contract', { detail, httpStatus: reply.status });

/**
 * The error that an HTTP status names by itself, whatever stands in the body. `providerCode` is the code of an answer that
 * had one.
 */
export const judgeByStatus = (
  { status, retryAfterMs }: ProviderReply,
  providerCode?: string,
): ProviderError | undefined => {
  const facts = { httpStatus: status, ...(providerCode === undefined ? {} : { providerCode }) };
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) return new ProviderError('rate-limited', { retryAfterMs: NEXT_SECOND_MS, ...retry, ...facts });
  if (status >= 500) return new ProviderError('failed', { ...retry, ...facts });
  // The method is wrong, and it stays so. RongCloud's older table uses 405 for full groups, which are none of our calls.
  if (status === 405) return new ProviderError('bad-request', facts);
  return undefined;
};

/** All documented rates are per second, and no provider documents a header that says how long to wait. */
export const NEXT_SECOND_MS = 1_000;
