import type { IncomingMessage, ServerResponse } from 'node:http';

import { answerCall, applyErrorStatus, findCall, type Outcome } from './answer-call.ts';
import { toCallPath, toSentPath } from './call-path.ts';
import type { Faults } from './faults.ts';
import { type Journal, toJournalUsers } from './journal.ts';
import type { Limits } from './limits.ts';
import type { Answer, CallHead, Domain, PretendProvider, ProviderCall, World } from './provider-call.ts';
import { readBody } from './request-body.ts';
import { strike } from './strike.ts';
import { type Packet, Wire } from './wire.ts';

/** Everything that a provider call passes through. */
export interface Reception {
  readonly world: World;
  /** In the order in which they are asked whether a path is theirs. */
  readonly providers: readonly [PretendProvider, ...PretendProvider[]];
  readonly limits: Limits;
  readonly faults: Faults;
  readonly journal: Journal;
}

/** RongCloud's documented cap (code 1508); used for all, since the others print none for these calls. */
const MAX_BODY_BYTES = 102_400;

/** Takes one provider call from its headers to its answer: journal, fault, work, wire. */
export async function receiveCall(
  { world, providers, limits, faults, journal }: Reception,
  domain: Domain,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Read together, so that who counts by the journal counts as the rates do.
  const [atMs, arrivedAtMs] = [world.state.nowMs(), limits.nowMs()];
  const head = readHead(domain, request, arrivedAtMs);
  const { path } = head;
  const provider = providers.find((candidate) => candidate.owns(path)) ?? providers[0];
  const row = findCall(provider.calls, head);
  const appKey = provider.claimedAppKey(head);
  const { method } = head;
  const entry = journal.open({ atMs, domain, provider: provider.name, method, path, appKey });
  const wire = new Wire(request, response, world.state);
  const fault = faults.strike(head, provider, row, appKey);
  entry.fault = fault?.kind ?? null;
  if (fault?.kind === 'down') return wire.reset();

  const body = await readBody(request, MAX_BODY_BYTES);
  const call: ProviderCall | null = body === null ? null : { ...head, body };
  entry.userIds = call === null ? [] : toJournalUsers(provider.userIds(call));
  const toPacket = (answer: Answer): Packet => packAnswer(head, answer);
  const work = (): Outcome => {
    const outcome =
      call === null
        ? { answer: provider.refusals.bodyTooLarge(head, world), overLimit: false, executed: false }
        : answerCall(provider, row, call, world, limits);
    entry.executed = outcome.executed;
    entry.overLimit = outcome.overLimit;
    return outcome.executed ? outcome : { ...outcome, answer: applyErrorStatus(provider, head, outcome.answer, world) };
  };
  const failure = (status: number): Answer => ({ ...answerFailure(provider, head, world, status), status });
  const leave = world.callsUnderWay.enter(call ?? head, {
    provider: provider.name,
    appKey,
    path,
    userIds: entry.userIds,
  });
  try {
    if (fault !== null) return await strike(fault.kind, { fault, entry, wire, work, failure, toPacket });
    const { answer } = work();
    entry.status = answer.status;
    entry.code = answer.code;
    wire.send(toPacket(answer));
  } finally {
    leave();
  }
}

function readHead(domain: Domain, request: IncomingMessage, arrivedAtMs: number): CallHead {
  const target = request.url ?? '/';
  return {
    arrivedAtMs,
    domain,
    method: request.method ?? 'GET',
    sentPath: toSentPath(target),
    path: toCallPath(target),
    query: /\?([^#]*)/.exec(target)?.[1] ?? '',
    headers: { ...request.headers, ...repeatedAlike(request) },
  };
}

/** The headers that came more than once with one value, which Node joins to a value that nobody sent. */
function repeatedAlike({ headersDistinct }: IncomingMessage): Record<string, string> {
  const alike: Record<string, string> = {};
  for (const [name, [first = '', ...others] = []] of Object.entries(headersDistinct)) {
    if (others.length > 0 && others.every((other) => other === first)) alike[name] = first;
  }
  return alike;
}

const A_FAULT = 'a fault of the sandbox';

/** The body that a provider would send with this status of its own accord. */
function answerFailure(provider: PretendProvider, head: CallHead, world: World, status: number): Answer {
  const { refusals } = provider;
  if (status === 429) return refusals.overLimit(head, world);
  return refusals.ofStatus(status, head, world) ?? refusals.internalError(head, world, A_FAULT);
}

function packAnswer({ headers }: CallHead, answer: Answer): Packet {
  const requestId = headers['x-request-id'];
  return {
    status: answer.status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      ...(typeof requestId === 'string' ? { 'X-Request-ID': requestId } : {}),
      ...(answer.hint === undefined ? {} : { 'Immint-Sandbox-Hint': answer.hint }),
    },
    body: JSON.stringify(answer.body),
  };
}
