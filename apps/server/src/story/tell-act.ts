import { findClientCode } from '@immint/contracts';
import type { ProviderName, TimelineEvent, UserCallName } from '@immint/contracts';
import type { WrittenAct } from '@immint/db';
import { ISSUE_REASONS } from '../tokens/issue-reason.ts';
import type { IssueReason } from '../tokens/issue-reason.ts';
import { sayInstant } from './say-instant.ts';

/** What was done about one user, or to the whole app, and is part of a user's story: closed. */
type StoryAct =
  | 'token.issue'
  | 'token.orphaned'
  | 'token.report'
  | 'token.discard'
  | 'token.revoke'
  | 'token.revoke-and-bar'
  | 'token.unbar'
  | 'token.revoke-all'
  | 'token.revoke-all-and-bar'
  | 'token.unbar-all'
  | `user.${UserCallName}`
  | 'app.add'
  | 'app.update'
  | 'app.remove'
  | 'app.stageSecret'
  | 'app.cutOverSecret'
  | 'app.abortSecret'
  | 'app.correctSecret';

/** An act with what its row says beyond it. */
interface Told {
  readonly act: WrittenAct;
  readonly provider: ProviderName;
  /** `generation 3, fp_…`, as far as the row says so; otherwise `a token`. */
  readonly token: string;
}

const asked = (done: string) => () => `The provider was asked to ${done}, and did.`;
const shown = () => 'The provider was asked about the user.';

/** The sentence of every act. Total: a new one does not compile until its sentence stands here. */
const SENTENCES = {
  'token.issue': ({ act, token }) => `The provider gave ${token}${because(act)}${byJob(act)}.`,
  'token.orphaned': ({ token }) =>
    `The provider gave ${token}, which came too late and was not stored: a revoke, a later ask or a changed app was first. Nobody is handed it.`,
  'token.report': ({ act, provider, token }) =>
    `A device reported ${token} as refused by the provider, ${withCode(act, provider)}.`,
  'token.discard': ({ act }) =>
    act.isOfApp
      ? `All stored copies of this app from before ${sayNumberAsInstant(act.detail['issuedBeforeMs'])} were discarded.`
      : 'The stored copy was discarded: the next obtain issues a new token.',
  'token.revoke': () => 'The user’s tokens were revoked: none from before is handed out.',
  'token.revoke-and-bar': () =>
    'The user’s tokens were revoked, with a bar: nothing is handed out or issued until it is lifted.',
  'token.unbar': () => 'The bar was lifted: tokens are issued again.',
  'token.revoke-all': () => 'The tokens of all users of the app were revoked: none from before is handed out.',
  'token.revoke-all-and-bar': () =>
    'The tokens of all users of the app were revoked, with a bar: nothing is handed out or issued until it is lifted.',
  'token.unbar-all': () => 'The bar of all users of the app was lifted.',
  'user.ban': asked('ban the user'),
  'user.unban': asked('lift the ban of the user'),
  'user.deactivate': asked('deactivate the user, which ends the tokens'),
  'user.reactivate': asked('take the user in again'),
  'user.register': asked('register the user'),
  'user.delete': asked('delete the user, which ends the tokens'),
  'user.password': asked('change the user’s password, which ends the tokens'),
  'user.disconnect': asked('cut the user’s connections'),
  'user.update': asked('change the user’s profile'),
  'user.show': shown,
  'user.banned': shown,
  'user.online': shown,
  'user.deactivated': shown,
  'user.list': shown,
  'app.add': () => 'The app was added.',
  'app.update': ({ act }) =>
    act.detail['dropTokens'] === true
      ? 'The app was changed, and its stored tokens were dropped.'
      : 'The app was changed.',
  'app.remove': () => 'The app was removed.',
  'app.stageSecret': () => 'A refreshed App Secret was entered, to be cut over to later.',
  'app.cutOverSecret': ({ act }) => sayCutOver(act),
  'app.abortSecret': () => 'The refreshed App Secret was put away before the cut-over.',
  'app.correctSecret': () => 'A mistyped App Secret was corrected; the tokens stay.',
} as const satisfies Record<StoryAct, (told: Told) => string>;

/** An act as an event of a story. What a newer version wrote down is named without a sentence of its own. */
export function tellAct(act: WrittenAct, provider: ProviderName): TimelineEvent {
  const { atMs, actor, action, requestId, detail } = act;
  const fingerprint = typeof detail['fingerprint'] === 'string' ? detail['fingerprint'] : null;
  const generation = typeof detail['generation'] === 'number' ? detail['generation'] : null;
  const token = tokenOf(generation, fingerprint);
  const sentence = isStoryAct(action)
    ? SENTENCES[action]({ act, provider, token })
    : `Something was done that this version of the server has no words for: ${action}.`;
  return { atMs, actor, action, sentence, fingerprint, generation, requestId };
}

function isStoryAct(action: string): action is StoryAct {
  return Object.hasOwn(SENTENCES, action);
}

function tokenOf(generation: number | null, fingerprint: string | null): string {
  const parts = [
    generation === null ? 'a token' : `generation ${generation}`,
    ...(fingerprint === null ? [] : [fingerprint]),
  ];
  return parts.length === 2 ? `${parts[0]} (${parts[1]})` : (parts[0] ?? 'a token');
}

/** Why a token was asked for. Total. */
const WHY = {
  first: 'the first of this user',
  revoked: 'because the one before was revoked',
  discarded: 'because the copy of the one before was discarded',
  'earlier-secret': 'because an earlier App Secret had given the one before',
  expired: 'because the one before was at its end',
  'too-long-lived': 'because the one before would have lived longer than was asked for',
  due: 'because the one before was soon at its end',
  reported: 'because a device had reported the one before',
  fresh: 'because a fresh one was asked for',
} as const satisfies Record<IssueReason, string>;

function because({ detail }: WrittenAct): string {
  const why = ISSUE_REASONS.find((reason) => reason === detail['why']);
  return why === undefined ? '' : `, ${WHY[why]}`;
}

function byJob({ requestId }: WrittenAct): string {
  return requestId?.startsWith('job_') === true ? `, ahead, for job ${requestId.slice('job_'.length)}` : '';
}

function withCode({ detail }: WrittenAct, provider: ProviderName): string {
  const code = detail['providerCode'];
  if (typeof code !== 'number') return 'without a code of the client SDK';
  const known = findClientCode(provider, code);
  return known === undefined
    ? `with code ${code}, which is in no table`
    : `with code ${code} (${known.names.join(' or ')}): ${known.says}`;
}

function sayNumberAsInstant(value: unknown): string {
  return typeof value === 'number' ? sayInstant(value) : 'then';
}

function sayCutOver({ detail }: WrittenAct): string {
  if (detail['step'] === 'begun') return 'The cut-over to the refreshed App Secret began.';
  if (detail['result'] !== 'done') return 'The cut-over to the refreshed App Secret ended without it.';
  return 'The refreshed App Secret is in force: what the earlier one had given is handed out only where the provider keeps it.';
}
