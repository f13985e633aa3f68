import { memoryUsage } from 'node:process';
import { inspect } from 'node:util';

import { type ProviderName, SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { AppSettings, ChatProvider, IssueTokenRequest, ProviderDependencies } from '../chat-provider.ts';
import { type CallContext, createCallContext } from '../call-context.ts';
import { type Pace, unpaced } from '../pace.ts';
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts';
import { providers } from '../providers.ts';
import { MAX_LIST_BYTES } from '../reply-limits.ts';
import { createTransport, MAX_REPLY_BYTES } from '../request.ts';
import { hostileAnswers, MARK, OWN_HOSTILE_ANSWERS, type RightAnswer } from './hostile-answers.ts';
import {
  type Answer,
  httpAnswer,
  jsonAnswer,
  type ReceivedRequest,
  reset,
  type ScriptedProvider,
  startScriptedProvider,
} from './scripted-provider.ts';

/** The moment at which the suite signs. */
export const NOW_MS = 1_760_000_012_000;

/** An app at a scripted provider, connected. */
export interface Bench {
  readonly provider: ScriptedProvider;
  readonly chat: ChatProvider;
  /** Gives a token for `u1`, with a deadline that only a broken test reaches. */
  issue(request?: Partial<IssueTokenRequest>, context?: CallContext): ReturnType<ChatProvider['issueToken']>;
  close(): Promise<void>;
}

/** What the suite has to be told of a provider. */
export interface ProviderUnderTest {
  readonly name: ProviderName;
  readonly appKey: string;
  readonly clientId?: string;
  /** Answers to the calls that come before the first token can be asked for. */
  readonly preparation: readonly Answer[];
  /** The body of an answer that gives a user a token. */
  readonly issued: RightAnswer['issued'];
  readonly maxTokenBytes: number;
  /** Request line, headers and body of an issue for `u1`, `Mei Lin`, with {@link NOW_MS}; without Host and lengths. */
  readonly expectedRequest: { readonly head: readonly string[]; readonly body: string };
  /** What the provider answers to calls that come too often. */
  readonly tooOften: { readonly status: number; readonly body: unknown };
  /** Settings that differ from the defaults wherever they decide which calls there are. */
  readonly otherSettings: Readonly<Record<string, unknown>>;
  /** An answer by which the provider refuses the app, whoever a call is about. */
  readonly appRefused: { readonly status: number; readonly body: unknown; readonly kind: ProviderErrorKind };
  /** How many users one call may ban, for how long, and what it answers when these are banned. */
  readonly ban: {
    readonly usersPerCall: number;
    readonly minutes: number | undefined;
    readonly done: (userIds: readonly string[]) => unknown;
  };
  /** Asks for a list, and what answers it. */
  readonly list: { readonly ask: (chat: ChatProvider) => Promise<unknown>; readonly answer: unknown };
}

/** What an adapter takes, with a clock and randomness that do not change. */
export const dependencies = (pace: Pace = unpaced): ProviderDependencies => ({
  nowMs: () => NOW_MS,
  monotonicMs: () => performance.now(),
  randomBytes: (count) => new Uint8Array(count).fill(10),
  transport: createTransport(),
  pace,
});

/** A deadline that only a broken test reaches. Nothing is repeated: the suite is about single answers. */
export const longContext = (): CallContext => ({
  ...createCallContext(20_000, { monotonicMs: () => performance.now() }),
  mayRepeat: false,
});

/** Connects an app to a scripted provider of its own. */
export const openBench = async (
  subject: Pick<ProviderUnderTest, 'name' | 'appKey' | 'clientId'>,
  options: {
    readonly settings?: Partial<Record<string, unknown>>;
    readonly pace?: Pace;
  } = {},
): Promise<Bench> => {
  const provider = await startScriptedProvider();
  const settings: AppSettings = SETTINGS_BY_PROVIDER[subject.name].parse(options.settings ?? {});
  const chat = providers[subject.name].connect(
    {
      appKey: subject.appKey,
      ...(subject.clientId === undefined ? {} : { clientId: subject.clientId }),
      secret: Secret.of(MARK),
      baseUrl: provider.url,
      settings,
    },
    dependencies(options.pace),
  );
  return {
    provider,
    chat,
    issue: (request, context = longContext()) =>
      chat.issueToken({ userId: 'u1', name: 'Mei Lin', ...request }, context),
    async close() {
      await Promise.all([chat.close(), provider.close()]);
    },
  };
};

/** The error of a call that must fail with one of ours, checked for everything that must not be in it. */
export const failureOf = async (call: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await call.then(
    () => new Error('The call succeeded.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError))
    throw new Error('The call did not fail with a ProviderError.', { cause: error });
  const everything = `${inspect(error, { depth: Infinity, showHidden: true })} ${error.stack} ${JSON.stringify(error)}`;
  expect(everything).not.toContain(MARK);
  expect(error.cause).toBeUndefined();
  return error;
};

/** The behaviour that every provider's adapter has, whatever the provider says. */
export const describeProvider = (subject: ProviderUnderTest): void => {
  describe(`the port, to ${subject.name}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = await openBench(subject);
    });
    afterEach(() => bench.close());

    const prepare = (...answers: readonly Answer[]): void => bench.provider.script(...subject.preparation, ...answers);
    const issuedJson = (userId = 'u1', token = MARK): string => JSON.stringify(subject.issued(userId, token));

    test('a token is obtained by a request that is right to the byte', async () => {
      prepare(httpAnswer(200, issuedJson()));
      const { token } = await bench.issue();
      expect(token.reveal()).toBe(MARK);
      expect(withoutPlace(bench.provider.requests.at(-1))).toEqual(subject.expectedRequest);
    });

    test('an answer that comes in single bytes is read as a whole', async () => {
      prepare(inSingleBytes(200, issuedJson()));
      expect((await bench.issue()).token.reveal()).toBe(MARK);
    });

    test('a token of the longest length is taken, and one byte more is not', async () => {
      const longest = 't'.repeat(subject.maxTokenBytes);
      prepare(httpAnswer(200, issuedJson('u1', longest)), httpAnswer(200, issuedJson('u1', `${longest}t`)));
      expect((await bench.issue()).token.reveal()).toBe(longest);
      expect(await failureOf(bench.issue())).toMatchObject({ kind: 'broke-contract' });
    });

    describe('an answer by somebody who lies', () => {
      let residentBefore: number;
      beforeAll(() => {
        residentBefore = memoryUsage.rss();
      });

      test.each([...hostileAnswers(subject), ...OWN_HOSTILE_ANSWERS[subject.name](subject)])(
        'gives no token by $name: $verdict',
        async ({ verdict, answer, timeoutMs = 20_000 }) => {
          prepare(answer);
          const context = createCallContext(timeoutMs, { monotonicMs: () => performance.now() });
          expect(await failureOf(bench.issue({}, { ...context, mayRepeat: false }))).toMatchObject({ kind: verdict });
          expect(bench.provider.requests).toHaveLength(subject.preparation.length + 1);
        },
      );

      test('leaves nothing of 600 MB and two bombs in memory', () => {
        expect(memoryUsage.rss() - residentBefore).toBeLessThan(150_000_000);
      });
    });

    test('an answer is read up to its limit and not beyond', async () => {
      const full = issued(subject).padEnd(MAX_REPLY_BYTES, ' ');
      prepare(httpAnswer(200, full), httpAnswer(200, `${full} `));
      expect((await bench.issue()).token.reveal()).toBe(MARK);
      expect(await failureOf(bench.issue())).toMatchObject({ kind: 'broke-contract', httpStatus: 200 });
    });

    test('an endless answer lasts until the deadline and no longer', async () => {
      const deadline = new AbortController();
      prepare((socket) => {
        socket.write(
          'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n',
        );
        deadline.abort();
      });
      const error = await failureOf(bench.issue({}, { ...longContext(), signal: deadline.signal }));
      expect(error).toMatchObject({ kind: 'timed-out', retryable: true, mayHaveExecuted: true });
    });

    test('a deadline that is over before the call sends nothing', async () => {
      const error = await failureOf(bench.issue({}, { ...longContext(), signal: AbortSignal.abort() }));
      expect(error).toMatchObject({ kind: 'timed-out', mayHaveExecuted: false });
    });

    test('a refused connection was certainly not executed, and a reset one may have been', async () => {
      prepare(reset);
      expect(await failureOf(bench.issue())).toMatchObject({
        kind: 'unreachable',
        retryable: true,
        mayHaveExecuted: true,
      });
      const gone = await startScriptedProvider();
      await gone.close();
      const { chat } = await openedAt(subject, gone.url);
      const error = await failureOf(chat.issueToken({ userId: 'u1', name: 'n' }, longContext()));
      expect(error).toMatchObject({ kind: 'unreachable', mayHaveExecuted: false, systemCode: 'ECONNREFUSED' });
      await chat.close();
    });

    test('being called too often is told with a time to wait: the second in which rates are counted, or what it says', async () => {
      const { status, body } = subject.tooOften;
      prepare(jsonAnswer(status, body), jsonAnswer(status, body, { 'Retry-After': '7' }));
      expect(await failureOf(bench.issue())).toMatchObject({
        kind: 'rate-limited',
        retryable: true,
        retryAfterMs: 1_000,
      });
      expect(await failureOf(bench.issue())).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
    });

    test('a code that nobody documented is named as such, and shown', async () => {
      const text = { errorMessage: MARK, error_description: MARK };
      prepare(jsonAnswer(400, { code: 31_337, error: 'something_new', ...text }));
      const error = await failureOf(bench.issue());
      expect(error).toMatchObject({ kind: 'unknown-code', retryable: false, httpStatus: 400 });
      expect(error.providerCode).toMatch(/31337|400 something_new/);
    });

    test('A29: HTTP 405 is a wrong call, with and without a body, and is not made again', async () => {
      prepare(
        jsonAnswer(405, { code: 31_337, error: 'something_new' }),
        httpAnswer(405, `<html><body>${MARK}</body></html>`, {}),
      );
      for (const _ of ['with a body', 'without one'])
        expect(await failureOf(bench.issue())).toMatchObject({
          kind: 'bad-request',
          retryable: false,
          httpStatus: 405,
        });
    });

    test.each([
      ['as they are', {}],
      ['in every other way', subject.otherSettings],
    ])('its capabilities name exactly the calls that it has, with the settings %s', async (_, settings) => {
      const other = await openBench(subject, { settings });
      const { profiles, revocation, users } = other.chat;
      const { userCalls, keepsProfile, revokesTokens, usersPerRevoke } = providers[subject.name].capabilities(
        SETTINGS_BY_PROVIDER[subject.name].parse(settings),
      );
      const defined = Object.entries({ ...users, update: profiles }).filter(([, call]) => call !== undefined);
      expect(new Set(userCalls)).toEqual(new Set(defined.map(([name]) => name)));
      expect(userCalls).toHaveLength(defined.length);
      expect(keepsProfile).toBe(profiles !== undefined);
      expect([revokesTokens, usersPerRevoke !== null]).toEqual(Array(2).fill(revocation !== undefined));
      await other.close();
    });

    describe('a call about many users', () => {
      const { usersPerCall, minutes, done } = subject.ban;
      const ids = Array.from({ length: 2 * usersPerCall + 1 }, (_, index) => `u${index + 1}`);
      const parts = [ids.slice(0, usersPerCall), ids.slice(usersPerCall, -1), ids.slice(-1)] as const;
      const doneFor = (userIds: readonly string[]) => jsonAnswer(200, done(userIds));
      const ban = async (userIds: readonly string[] = ids, context = longContext()) => {
        const outcomes = await bench.chat.users.ban?.(userIds, minutes, context);
        expect(outcomes?.map(({ userId }) => userId)).toEqual(userIds);
        return outcomes?.map(({ error }) => error) ?? [];
      };
      const calls = (): number => bench.provider.requests.length - subject.preparation.length;

      test('is split, and gives one outcome a user, in their order', async () => {
        prepare(...parts.map(doneFor));
        expect(await ban()).toEqual(ids.map(() => undefined));
        expect(calls()).toBe(3);
      });

      test('about nobody is none', async () => {
        expect(await ban([])).toEqual([]);
        expect(bench.provider.requests).toEqual([]);
      });

      test('goes on behind a part that failed, which keeps its error', async () => {
        const { status, body } = subject.tooOften;
        prepare(doneFor(parts[0]), jsonAnswer(status, body), doneFor(parts[2]));
        const kinds = (await ban()).map((error) => error?.kind);
        expect(kinds).toEqual([
          ...parts[0].map(() => undefined),
          ...parts[1].map(() => 'rate-limited'),
          ...parts[2].map(() => undefined),
        ]);
      });

      test('ends where the provider refuses the app: the others get the same error, and were not called for', async () => {
        const { status, body, kind } = subject.appRefused;
        prepare(doneFor(parts[0]), jsonAnswer(status, body));
        const errors = (await ban()).slice(usersPerCall);
        expect(new Set(errors.map((error) => error?.kind))).toEqual(new Set([kind]));
        expect(calls()).toBe(2);
      });

      test('ends at the deadline, and says who was certainly not called for', async () => {
        const deadline = new AbortController();
        prepare(doneFor(parts[0]), () => deadline.abort());
        const errors = (await ban(ids, { ...longContext(), signal: deadline.signal })).slice(usersPerCall);
        expect(new Set(errors.map((error) => error?.kind))).toEqual(new Set(['timed-out']));
        expect(errors[0]?.mayHaveExecuted).toBe(true);
        expect(errors.at(-1)?.mayHaveExecuted).toBe(false);
        expect(calls()).toBe(2);
      });
    });

    test('a list may be larger than an answer with a token, and has its own limit', async () => {
      const list = JSON.stringify(subject.list.answer);
      prepare(httpAnswer(200, list.padEnd(MAX_LIST_BYTES, ' ')), httpAnswer(200, list.padEnd(MAX_LIST_BYTES + 1, ' ')));
      await subject.list.ask(bench.chat);
      expect(await failureOf(subject.list.ask(bench.chat))).toMatchObject({ kind: 'broke-contract', httpStatus: 200 });
    });

    test.each([
      ['http on a host that is not this machine', 'http://api.example'],
      ['another scheme', 'ftp://127.0.0.1'],
      ['a path', 'http://127.0.0.1/path'],
      ['a password', 'http://user:marked-secret@127.0.0.1'],
      ['no URL', MARK],
    ])('%s is no place to call', async (_, baseUrl) => {
      expect(await failureOf(openedAt(subject, baseUrl))).toMatchObject({ kind: 'bad-request', retryable: false });
    });

    test('the settings of another provider are refused when connecting', async () => {
      const other = SETTINGS_BY_PROVIDER[subject.name === 'easemob' ? 'rongcloud' : 'easemob'].parse({});
      await expect(openedAt(subject, bench.provider.url, other)).rejects.toThrow(/Unrecognized keys/);
    });
  });
};

const issued = (subject: ProviderUnderTest): string => JSON.stringify(subject.issued('u1', MARK));

const openedAt = async (
  subject: ProviderUnderTest,
  baseUrl: string,
  settings: AppSettings = SETTINGS_BY_PROVIDER[subject.name].parse({}),
): Promise<Pick<Bench, 'chat'>> => {
  const { name, appKey, clientId } = subject;
  const account = { appKey, clientId, secret: Secret.of(MARK), baseUrl, settings };
  return { chat: providers[name].connect(account, dependencies()) };
};

const inSingleBytes = (status: number, body: string): Answer => {
  const bytes = Buffer.from(
    `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return (socket) => {
    socket.setNoDelay(true);
    for (const byte of bytes) socket.write(Buffer.of(byte));
  };
};

/** The lines of a request that do not depend on the port, nor on the length of the body. */
const withoutPlace = (request: ReceivedRequest | undefined): ProviderUnderTest['expectedRequest'] => ({
  head: (request?.head ?? '').split('\r\n').filter((line) => !/^(host|content-length): /.test(line)),
  body: request?.body ?? '',
});
