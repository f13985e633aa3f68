import type { ImmintClient } from '@immint/client';
import type { AppCheck, ServerView } from '@immint/contracts';
import { EXIT, EXIT_CODE_BY_REASON } from '../../exit-code.ts';
import { toFailure } from '../../failure.ts';
import type { Diagnosis } from './diagnosis.ts';

const DRIFTING_MS = 5_000;

/** What only the holder of an admin key learns: version, database, clocks, and what `app check` says of every app. */
export async function examineServer(client: ImmintClient, ownVersion: string): Promise<Diagnosis[]> {
  let server: ServerView;
  try {
    server = await client.server.show.query();
  } catch (error) {
    return [judgeKey(error)];
  }
  return [
    { subject: 'key', severity: 'ok', code: 'KEY_ACCEPTED', message: 'is an admin key that the server takes' },
    judgeVersion(server.version, ownVersion),
    judgeDatabase(server),
    ...judgeDatabaseClock(server),
    ...(server.keyOpenToOthers
      ? [
          {
            subject: 'key file',
            severity: 'error' as const,
            code: 'FILE_OPEN_TO_OTHERS',
            message:
              'Other users of the server’s machine can read its key file: chmod 600 it, then restart the server.',
            exitCode: EXIT.configuration,
          },
        ]
      : []),
    ...(await examineApps(client)),
  ];
}

function judgeKey(error: unknown): Diagnosis {
  const failure = toFailure(error);
  if (failure.reason === 'NOT_ALLOWED') {
    return {
      subject: 'key',
      severity: 'warning',
      code: 'KEY_FOR_TOKENS_ONLY',
      message: 'The server takes this key for tokens only, so the apps cannot be checked: use an admin key for that.',
    };
  }
  const { reason, message, exitCode } = failure;
  const fix =
    reason === 'PROCEDURE_UNKNOWN'
      ? 'The server is of an older version than this program: update the server.'
      : message;
  return { subject: 'key', severity: 'error', code: reason, message: fix, exitCode };
}

function judgeVersion(version: string, ownVersion: string): Diagnosis {
  const subject = 'version';
  if (version === ownVersion) return { subject, severity: 'ok', code: 'VERSION_SAME', message: version };
  return {
    subject,
    severity: 'warning',
    code: 'VERSION_DIFFERS',
    message: `The server is version ${version}, this program ${ownVersion}: run the same on both sides.`,
  };
}

function judgeDatabase({ database }: ServerView): Diagnosis {
  const subject = 'database';
  if (database === 'postgres') return { subject, severity: 'ok', code: 'DATABASE_POSTGRES', message: 'PostgreSQL' };
  return {
    subject,
    severity: 'warning',
    code: 'DATABASE_EMBEDDED',
    message:
      'The database is the embedded one: for one server process, and a power failure can take its last changes. ' +
      'For production set DATABASE_URL to a PostgreSQL.',
  };
}

function judgeDatabaseClock({ nowMs, databaseNowMs }: ServerView): Diagnosis[] {
  const apartMs = Math.abs(nowMs - databaseNowMs);
  if (apartMs < DRIFTING_MS) return [];
  return [
    {
      subject: 'clock',
      severity: 'warning',
      code: 'DATABASE_CLOCK_OFF',
      message: `The clocks of the server and of its database are ${Math.round(apartMs / 1000)} seconds apart: set both by NTP.`,
    },
  ];
}

async function examineApps(client: ImmintClient): Promise<Diagnosis[]> {
  const apps = await client.app.list.query();
  if (apps.length === 0) {
    return [{ subject: 'apps', severity: 'note', code: 'NO_APPS', message: 'There is no app yet: `immint app add`.' }];
  }
  const diagnoses: Diagnosis[] = [];
  // One after the other: each may call its provider several times.
  for (const { app } of apps) diagnoses.push(...(await examineApp(client, app)));
  return diagnoses;
}

async function examineApp(client: ImmintClient, app: string): Promise<Diagnosis[]> {
  const subject = `app ${app}`;
  try {
    return judgeApp(subject, await client.app.check.mutate({ app }));
  } catch (error) {
    const { reason, message, exitCode } = toFailure(error);
    return [{ subject, severity: 'error', code: reason, message, exitCode }];
  }
}

function judgeApp(subject: string, check: AppCheck): Diagnosis[] {
  const exitCode = check.reason === null ? EXIT.no : EXIT_CODE_BY_REASON[check.reason];
  const findings = check.findings.map((finding): Diagnosis => ({
    subject,
    ...finding,
    ...(finding.severity === 'error' ? { exitCode } : {}),
  }));
  return check.ok ? [{ subject, severity: 'ok', code: 'APP_WORKS', message: check.message }, ...findings] : findings;
}
