import type { Finding, ProviderName } from '@immint/contracts';
import type { TokenMetadata } from '@immint/db';
import type { Services } from '../services.ts';
import type { DescribedApp } from './app-connections.ts';
import { areSequential, maskUserId, whatPersonal } from './user-id-advice.ts';

/** So many stored users are looked at, the first in the order of their ids. */
const SAMPLE = 500;

/** Easemob's Java SDK takes no other user ids. Source: easemob-im-server-sdk-java, its own check before a call. */
const EASEMOB_JAVA_SDK_USER_ID = /^[a-z][0-9a-z-]{1,32}$/;

/** Documentation counts 64 characters; older documentation and two SDKs count 128 bytes. */
const OLD_NAME_LIMIT_BYTES = 128;

type Advise = (stored: readonly TokenMetadata[]) => Finding[];

/** What only the users of one provider need to hear. Total. */
const ADVICE_BY_PROVIDER = {
  rongcloud: adviseOnNames,
  nexconn: adviseOnNames,
  easemob: adviseOnSdkIds,
} as const satisfies Record<ProviderName, Advise>;

/** Advice about a sample of the stored user ids and names: none of it keeps the app from working. */
export async function adviseOnStored(
  { tokens }: Pick<Services, 'tokens'>,
  { record }: DescribedApp,
): Promise<Finding[]> {
  const { tokens: stored } = await tokens.list(record.id, { limit: SAMPLE });
  return [...adviseOnIds(stored.map(({ userId }) => userId)), ...ADVICE_BY_PROVIDER[record.provider](stored)];
}

/** Whoever can guess an id can write to its owner, and what tells who somebody is does not belong into an id. */
function adviseOnIds(userIds: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const personal = userIds.flatMap((userId) => whatPersonal(userId) ?? []);
  const [example] = userIds.filter((userId) => whatPersonal(userId) !== undefined);
  if (example !== undefined) {
    findings.push({
      severity: 'warning',
      code: 'USER_IDS_PERSONAL',
      message:
        `${count(personal.length, userIds.length)} look like ${[...new Set(personal)].join(' or ')} ` +
        `(such as ${maskUserId(example)}): user ids are seen by other users; use ids that say nothing about a person.`,
    });
  }
  if (areSequential(userIds)) {
    findings.push({
      severity: 'note',
      code: 'USER_IDS_SEQUENTIAL',
      message: 'The stored user ids count upwards, so that anybody can guess others: random ids cannot be guessed.',
    });
  }
  return findings;
}

function adviseOnNames(stored: readonly TokenMetadata[]): Finding[] {
  const long = stored.filter(({ name }) => Buffer.byteLength(name) > OLD_NAME_LIMIT_BYTES);
  if (long.length === 0) return [];
  return [
    {
      severity: 'note',
      code: 'NAMES_NEAR_LIMIT',
      message:
        `${count(long.length, stored.length)} have a name within 64 characters, which today’s documentation allows, but ` +
        'over 128 bytes, which older documentation and SDKs refuse: a name within both is safe everywhere.',
    },
  ];
}

function adviseOnSdkIds(stored: readonly TokenMetadata[]): Finding[] {
  const foreign = stored.filter(({ canonicalUserId }) => !EASEMOB_JAVA_SDK_USER_ID.test(canonicalUserId));
  if (foreign.length === 0) return [];
  return [
    {
      severity: 'note',
      code: 'USER_IDS_NOT_FOR_SDK',
      message:
        `${count(foreign.length, stored.length)} have an id that Easemob’s Java SDK refuses unless its check is switched off: ` +
        'it takes a lower-case letter and then 1 to 32 lower-case letters, digits and hyphens.',
    },
  ];
}

function count(some: number, all: number): string {
  return `${some} of the ${all} stored users looked at`;
}
