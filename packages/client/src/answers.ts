import {
  AppCheck,
  AppView,
  BannedUsers,
  ChangedUser,
  CreatedKey,
  CutOver,
  DeactivatedUsers,
  DiscardedTokens,
  AddedJobItems,
  InspectedToken,
  JobItemPage,
  JobPage,
  JobView,
  KeyView,
  ListedUsers,
  OnlineUsers,
  PreviewedJobItems,
  RemovedApp,
  RevokedTokens,
  ServerView,
  ShownApp,
  ShownUser,
  Timeline,
  Token,
  TokenPage,
  UnbarredUsers,
  UpdatedUser,
  UserOperations,
  UserOutcomes,
} from '@immint/contracts';
import type { AppRouter } from '@immint/server/router';
import type { inferRouterOutputs } from '@trpc/server';
import { z } from 'zod';
import { ServerAnsweredStrangelyError } from './client-error.ts';

type Outputs = inferRouterOutputs<AppRouter>;

/** A procedure that answers again and again promises each of its answers. */
type Answer<Output> = Output extends AsyncIterable<infer Each> ? Each : Output;

/**
 * What each procedure promises to answer: a server of another version may break the promise, and a type cannot notice.
 * Total, and checked against the router: a new procedure does not compile until its answer stands here.
 */
const ANSWERS: {
  readonly [Noun in keyof Outputs]: { readonly [Verb in keyof Outputs[Noun]]: z.ZodType<Answer<Outputs[Noun][Verb]>> };
} = {
  token: {
    obtain: Token,
    report: Token,
    discard: DiscardedTokens,
    inspect: InspectedToken,
    timeline: Timeline,
    list: TokenPage,
    revoke: RevokedTokens,
    unbar: UnbarredUsers,
  },
  app: {
    add: AppView,
    update: AppView,
    remove: RemovedApp,
    check: AppCheck,
    list: z.array(AppView),
    show: ShownApp,
    stageSecret: AppView,
    cutOverSecret: CutOver,
    abortSecret: AppView,
    correctSecret: AppView,
  },
  user: {
    show: ShownUser,
    update: UpdatedUser,
    ban: UserOutcomes,
    unban: UserOutcomes,
    banned: BannedUsers,
    online: OnlineUsers,
    deactivate: UserOperations,
    reactivate: UserOperations,
    deactivated: DeactivatedUsers,
    register: UserOutcomes,
    list: ListedUsers,
    delete: ChangedUser,
    password: ChangedUser,
    disconnect: ChangedUser,
  },
  job: {
    create: JobView,
    addItems: AddedJobItems,
    preview: PreviewedJobItems,
    start: JobView,
    pause: JobView,
    resume: JobView,
    cancel: JobView,
    show: JobView,
    list: JobPage,
    items: JobItemPage,
    watch: JobView,
  },
  server: { show: ServerView },
  key: { create: CreatedKey, list: z.array(KeyView), revoke: KeyView },
};

const ANSWER_BY_PATH: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(ANSWERS).flatMap(([noun, verbs]) =>
    Object.entries<z.ZodType>(verbs).map(([verb, schema]) => [`${noun}.${verb}`, schema] as const),
  ),
);

/** Checks what came back from a procedure. Throws {@link ServerAnsweredStrangelyError}, naming the fields, not their values. */
export function readAnswer(url: string, path: string, answer: unknown): unknown {
  const schema = ANSWER_BY_PATH.get(path);
  if (schema === undefined) throw new TypeError(`no answer is described for the procedure ${path}`);
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const fields = read.error.issues.map((issue) => issue.path.join('.') || 'all of it');
  throw new ServerAnsweredStrangelyError(url, `${path} answers with something unexpected in: ${fields.join(', ')}`);
}
