import type {
  AppCheck,
  AppView,
  CutOver,
  CreatedKey,
  InspectedToken,
  JobView,
  KeyView,
  RemovedApp,
  RevokedTokens,
  ServerView,
  ShownApp,
  ShownUser,
  Timeline,
  Token,
  TokenMetadata,
  UserOutcomes,
} from '@immint/contracts';

/** 18 November 2026, 11:06:40 UTC. */
const THEN_MS = 1_795_000_000_000;

export const TOKEN: Token = {
  app: 'easemob-demo',
  provider: 'easemob',
  userId: 'jlk456j5',
  token: 'YWMt-the-token-itself',
  fingerprint: 'fp_abc',
  source: 'issued',
  generation: 1,
  issuedAtMs: THEN_MS,
  lifetime: 'known',
  expiresAtMs: THEN_MS + 5_184_000_000,
};

export const METADATA: TokenMetadata = {
  app: 'easemob-demo',
  provider: 'easemob',
  userId: 'jlk456j5',
  name: 'Ironman',
  avatarUrl: null,
  fingerprint: 'fp_abc',
  generation: 1,
  secretEpoch: 1,
  issuedAtMs: THEN_MS,
  lifetime: 'known',
  expiresAtMs: THEN_MS + 5_184_000_000,
  lastHandedOutOn: '2026-11-18',
  good: true,
  revoked: false,
  barred: false,
};

export const INSPECTED: InspectedToken = { ...METADATA, revocation: null };

export const TIMELINE: Timeline = {
  app: 'easemob-demo',
  provider: 'easemob',
  userId: 'jlk456j5',
  events: [
    {
      atMs: THEN_MS,
      actor: '0aB1cD2eF3gH',
      action: 'token.issue',
      sentence: 'The provider gave generation 1 (fp_abc), the first of this user.',
      fingerprint: 'fp_abc',
      generation: 1,
      requestId: 'req_1',
    },
    {
      atMs: THEN_MS + 60_000,
      actor: '0aB1cD2eF3gH',
      action: 'token.revoke',
      sentence: 'The user’s tokens were revoked: none from before is handed out.',
      fingerprint: null,
      generation: null,
      requestId: 'req_2',
    },
  ],
  now: ['No token is stored.'],
  nextCursor: null,
};

export const REVOKED: RevokedTokens = {
  app: 'rongcloud-demo',
  provider: 'rongcloud',
  effect: 'RongCloud ends every token that the user obtained before the instant.',
  verified: true,
  users: [
    {
      userId: 'jlk456j5',
      state: 'delivered',
      barred: false,
      revokedBeforeMs: THEN_MS,
      reason: null,
      message: null,
    },
  ],
  all: null,
};

export const REVOKED_ALL: RevokedTokens = {
  ...REVOKED,
  users: [],
  all: { users: 20_000, job: 7, estimatedMs: 12_500, barred: true, revokedBeforeMs: THEN_MS },
};

export const SHOWN_USER: ShownUser = {
  app: 'rongcloud-demo',
  provider: 'rongcloud',
  userId: 'jlk456j5',
  name: 'Ironman',
  avatarUrl: null,
  createdAt: '2026-11-18 19:06:40',
  banned: null,
};

export const DONE_USERS: UserOutcomes = {
  app: 'rongcloud-demo',
  users: [{ userId: 'jlk456j5', done: true, reason: null, message: null }],
};

export const SERVER: ServerView = {
  version: '0.1.0',
  database: 'postgres',
  nowMs: THEN_MS,
  databaseNowMs: THEN_MS,
  keyOpenToOthers: false,
};

export const APP: AppView = {
  app: 'easemob-demo',
  provider: 'easemob',
  appKey: 'sandbox-org#sandbox-app',
  clientId: 'sandbox-client-id',
  dataCenter: null,
  baseUrl: 'http://127.0.0.1:7790',
  backupBaseUrl: 'http://127.0.0.1:7791',
  settings: { userIdCase: 'refuse', autoCreateUser: true },
  capabilities: {
    revokesTokens: false,
    usersPerRevoke: null,
    takesTtl: true,
    ttlUnit: 'seconds',
    takesPassword: true,
    keepsProfile: false,
    oldTokensStayValid: true,
    secretRefreshKillsTokens: false,
    foldsUserIdCase: true,
    ratesPerSecond: { userToken: 300 },
    bansForMinutes: false,
    userCalls: ['show', 'ban', 'unban', 'register'],
  },
  secretEpoch: 1,
  secretRotation: { stagedAtMs: null, cuttingOver: null, lastCutOver: null, tokensOfEarlierSecrets: 0 },
  tokens: 3,
  createdAtMs: THEN_MS,
  updatedAtMs: THEN_MS,
};

export const SHOWN_APP: ShownApp = {
  ...APP,
  condition: {
    lastSuccessAtMs: THEN_MS,
    lastError: null,
    minutes: [0, 1, 2, 3, 4, 5].map((index) => ({
      atMs: THEN_MS - 40_000 - index * 60_000,
      handedOut: 10 * index,
      issued: index,
      failed: 0,
      reported: 0,
    })),
    breaker: { state: 'closed', retryAtMs: null, domain: 'primary' },
    paces: [{ group: 'userToken', ratePerSecond: 300, share: 0.8, aheadMs: 0, pausedUntilMs: null, slowedTo: 1 }],
    secret: { refusals: 0, paused: false, probeAtMs: null, acceptedAtMs: THEN_MS },
    tokensByState: { good: 2, reported: 0, expired: 1, ofEarlierSecrets: 0, discarded: 0, revoked: 0 },
    possibleOrphans: 0,
  },
};

export const CHECK: AppCheck = {
  app: 'easemob-demo',
  provider: 'easemob',
  ok: true,
  reason: null,
  message: 'Easemob takes this app’s client id and secret.',
  baseUrl: 'http://127.0.0.1:7790',
  elapsedMs: 12,
  clockSkewMs: -40,
  findings: [],
};

export const CUT_OVER: CutOver = {
  app: 'rongcloud-demo',
  secretEpoch: 2,
  endsTokens: true,
  tokensOfEarlierSecrets: 3,
  reissueJob: 7,
  endedAtMs: THEN_MS,
};

export const REMOVED: RemovedApp = { app: 'nexconn-demo', tokens: 2, keptUntilMs: THEN_MS + 604_800_000 };

export const KEY: KeyView = {
  id: '0aB1cD2eF3gH',
  kind: 'admin',
  label: 'operations',
  apps: [],
  lastFour: 'wxyz',
  createdAtMs: THEN_MS,
  createdBy: 'local',
  revokedAtMs: null,
};

export const CREATED_KEY: CreatedKey = { ...KEY, key: 'immint_demo_0aB1cD2eF3gH_the-key-itself' };

export const JOB: JobView = {
  job: 7,
  app: 'rongcloud-demo',
  provider: 'rongcloud',
  kind: 'bulk',
  state: 'done',
  pausedBecause: null,
  message: null,
  cap: null,
  calls: 2,
  items: 2,
  counts: { waiting: 0, issued: 2, stored: 0, failed: 0, duplicates: 0, told: 0 },
  estimatedMs: null,
  createdBy: '0aB1cD2eF3gH',
  createdAtMs: THEN_MS,
  startedAtMs: THEN_MS,
  finishedAtMs: THEN_MS + 1_000,
};
