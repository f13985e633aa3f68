import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  AddAppInput,
  AddJobItemsInput,
  BanUsersInput,
  ChangePasswordInput,
  CreateJobInput,
  CreateKeyInput,
  DiscardTokensInput,
  DisconnectUserInput,
  GiveSecretInput,
  HTTP_STATUS_BY_CODE,
  InspectTokenInput,
  ListJobItemsInput,
  ListJobsInput,
  ListTokensInput,
  ListUsersInput,
  NameAppInput,
  NameJobInput,
  NameUserInput,
  NameUsersInput,
  ObtainTokenInput,
  PreviewJobItemsInput,
  REASONS,
  RegisterUsersInput,
  RemoveAppInput,
  ReportTokenInput,
  ResumeJobInput,
  RevokeKeyInput,
  RevokeTokensInput,
  TimelineInput,
  UnbarUsersInput,
  UpdateAppInput,
  UpdateUserInput,
  UserPageInput,
} from '@immint/contracts';
import type { Reason } from '@immint/contracts';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  APP,
  CHECK,
  CREATED_KEY,
  CUT_OVER,
  DONE_USERS,
  INSPECTED,
  JOB,
  KEY,
  METADATA,
  REMOVED,
  REVOKED,
  SERVER,
  SHOWN_APP,
  SHOWN_USER,
  TIMELINE,
  TOKEN,
} from './api-answers.ts';

const [DONE_USER] = DONE_USERS.users;
const CHANGED_USER = { app: 'easemob-demo', userId: 'jlk456j5', done: true };
const OPERATION = { app: 'rongcloud-demo', users: [{ ...DONE_USER, operationId: 'C70B-B1D6' }] };

/** What each procedure takes and answers, unless a test says otherwise. */
const PROCEDURES: Readonly<Record<string, { readonly input: z.ZodType; readonly answer: unknown }>> = {
  'token.obtain': { input: ObtainTokenInput, answer: TOKEN },
  'token.report': { input: ReportTokenInput, answer: TOKEN },
  'token.discard': { input: DiscardTokensInput, answer: { app: 'rongcloud-demo', discarded: 1, dryRun: false } },
  'token.inspect': { input: InspectTokenInput, answer: INSPECTED },
  'token.timeline': { input: TimelineInput, answer: TIMELINE },
  'token.list': { input: ListTokensInput, answer: { tokens: [METADATA], nextCursor: null } },
  'token.revoke': { input: RevokeTokensInput, answer: REVOKED },
  'token.unbar': {
    input: UnbarUsersInput,
    answer: {
      app: 'rongcloud-demo',
      appBarred: false,
      appWasBarred: null,
      users: [{ userId: 'jlk456j5', wasBarred: true }],
    },
  },
  'user.show': { input: NameUserInput, answer: SHOWN_USER },
  'user.update': { input: UpdateUserInput, answer: { ...CHANGED_USER, stored: true } },
  'user.ban': { input: BanUsersInput, answer: DONE_USERS },
  'user.unban': { input: NameUsersInput, answer: DONE_USERS },
  'user.banned': { input: UserPageInput, answer: { app: 'rongcloud-demo', users: [], nextPage: null } },
  'user.online': {
    input: NameUsersInput,
    answer: { app: 'rongcloud-demo', users: [{ ...DONE_USER, online: true }] },
  },
  'user.deactivate': { input: NameUsersInput, answer: OPERATION },
  'user.reactivate': { input: NameUsersInput, answer: OPERATION },
  'user.deactivated': { input: UserPageInput, answer: { app: 'rongcloud-demo', userIds: ['u1'], nextPage: null } },
  'user.register': { input: RegisterUsersInput, answer: DONE_USERS },
  'user.list': { input: ListUsersInput, answer: { app: 'easemob-demo', users: [SHOWN_USER], nextCursor: null } },
  'user.delete': { input: NameUserInput, answer: CHANGED_USER },
  'user.password': { input: ChangePasswordInput, answer: CHANGED_USER },
  'user.disconnect': { input: DisconnectUserInput, answer: CHANGED_USER },
  'job.create': { input: CreateJobInput, answer: { ...JOB, state: 'filling', items: 0 } },
  'job.addItems': { input: AddJobItemsInput, answer: { job: 7, items: 2, refused: [] } },
  'job.preview': {
    input: PreviewJobItemsInput,
    answer: {
      app: 'rongcloud-demo',
      items: [
        { number: 1, userId: 'u1', canonicalUserId: 'u1', would: 'issue', reason: null, message: null },
        { number: 2, userId: 'u2', canonicalUserId: 'u2', would: 'keep', reason: null, message: null },
      ],
    },
  },
  'job.start': { input: NameJobInput, answer: { ...JOB, state: 'running' } },
  'job.pause': { input: NameJobInput, answer: JOB },
  'job.resume': { input: ResumeJobInput, answer: { ...JOB, state: 'running' } },
  'job.cancel': { input: NameJobInput, answer: JOB },
  'job.show': { input: NameJobInput, answer: JOB },
  'job.watch': { input: NameJobInput, answer: JOB },
  'job.list': { input: ListJobsInput, answer: { jobs: [JOB], nextCursor: null } },
  'job.items': {
    input: ListJobItemsInput,
    answer: {
      items: [
        {
          number: 2,
          userId: 'u2',
          state: 'failed',
          reason: 'USER_BANNED',
          message: 'The provider has banned this user: lift the ban first.',
          sameAs: null,
          attempts: 1,
        },
      ],
      nextCursor: null,
    },
  },
  'server.show': { input: z.undefined(), answer: SERVER },
  'app.add': { input: AddAppInput, answer: APP },
  'app.update': { input: UpdateAppInput, answer: APP },
  'app.remove': { input: RemoveAppInput, answer: REMOVED },
  'app.check': { input: NameAppInput, answer: CHECK },
  'app.stageSecret': { input: GiveSecretInput, answer: APP },
  'app.cutOverSecret': { input: NameAppInput, answer: CUT_OVER },
  'app.abortSecret': { input: NameAppInput, answer: APP },
  'app.correctSecret': { input: GiveSecretInput, answer: APP },
  'app.list': { input: z.undefined(), answer: [APP] },
  'app.show': { input: NameAppInput, answer: SHOWN_APP },
  'key.create': { input: CreateKeyInput, answer: CREATED_KEY },
  'key.list': { input: z.undefined(), answer: [KEY] },
  'key.revoke': { input: RevokeKeyInput, answer: { ...KEY, revokedAtMs: 1_795_000_000_000 } },
};

/** A call as it arrived. */
interface ReceivedCall {
  readonly path: string;
  readonly input: unknown;
  readonly authorization: string | undefined;
  readonly timeoutMs: string | undefined;
}

/** A real HTTP server that plays our API: it holds inputs against the contracts' schemas, and answers from a list. */
export interface ApiDouble {
  readonly url: string;
  readonly calls: readonly ReceivedCall[];
  /** Answers a procedure with something else from now on. */
  answer(path: string, answer: unknown): void;
  /** Answers `/healthz` or `/readyz` so from now on. */
  unhealthy(path: '/healthz' | '/readyz', status: number, body: unknown): void;
  /** Its clock, as its answers about health tell it: that of a test's terminal unless it is set. */
  setClock(epochMs: number): void;
  /** Refuses everything from now on. */
  refuse(reason: Reason, more?: { readonly retryAfterMs?: number; readonly message?: string }): void;
}

/** Starts an {@link ApiDouble} that stops when the test is over. */
export async function startApiDouble(): Promise<ApiDouble> {
  const calls: ReceivedCall[] = [];
  const answers = new Map<string, unknown>();
  const health = new Map<string, { status: number; body: unknown }>();
  let nowMs = 1_795_000_000_000;
  let refusal: { status: number; body: unknown } | undefined;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://double');
    if (url.pathname === '/healthz' || url.pathname === '/readyz') {
      const { status, body } = health.get(url.pathname) ?? { status: 200, body: { ok: true } };
      response.writeHead(status, { 'content-type': 'application/json', date: new Date(nowMs).toUTCString() });
      response.end(JSON.stringify(body));
      return;
    }
    const path = url.pathname.replace('/trpc/', '');
    const text = request.method === 'POST' ? await readText(request) : (url.searchParams.get('input') ?? '');
    const input: unknown = text === '' ? undefined : JSON.parse(text);
    const { authorization, 'immint-timeout-ms': timeoutMs } = request.headers;
    calls.push({ path, input, authorization, timeoutMs: timeoutMs?.toString() });
    const { status, body } = refusal ?? play(path, input, answers);
    if (request.headers.accept === 'text/event-stream') {
      response.writeHead(status, { 'content-type': 'text/event-stream' }).end(toStream(body));
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => void receive(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    answer: (path, answer) => answers.set(path, answer),
    unhealthy: (path, status, body) => health.set(path, { status, body }),
    setClock(epochMs) {
      nowMs = epochMs;
    },
    refuse(reason, more = {}) {
      refusal = refusalOf(reason, more);
    },
  };
}

function play(path: string, input: unknown, answers: ReadonlyMap<string, unknown>) {
  const procedure = PROCEDURES[path];
  if (procedure === undefined) return refusalOf('PROCEDURE_UNKNOWN', {});
  const read = procedure.input.safeParse(input);
  if (!read.success) return refusalOf('INPUT_INVALID', { message: z.prettifyError(read.error) });
  return { status: 200, body: { result: { data: answers.get(path) ?? procedure.answer } } };
}

function refusalOf(reason: Reason, more: { readonly retryAfterMs?: number; readonly message?: string }) {
  const { code, sentence } = REASONS[reason];
  const httpStatus = HTTP_STATUS_BY_CODE[code];
  const { message = sentence, ...wait } = more;
  return {
    status: httpStatus,
    body: { error: { message, data: { code, httpStatus, reason, requestId: 'req_test', ...wait } } },
  };
}

/** One answer of a procedure that could answer again and again, and the end. */
function toStream(body: unknown): string {
  const answer = z.object({ result: z.object({ data: z.unknown() }) }).safeParse(body).data?.result.data ?? null;
  return `event: connected\ndata: {}\n\ndata: ${JSON.stringify(answer)}\n\nevent: return\ndata: \n\n`;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
