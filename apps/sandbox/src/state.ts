import type { ProviderName } from '@immint/contracts';

import {
  type Account,
  type AccountRecord,
  changeProfile,
  defaultAccounts,
  type TokenRecord,
  type UserRecord,
} from './account.ts';
import type { ProfileName } from './profile.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import type { SocialRecord } from './social-record.ts';
import type { StateEvent } from './state-event.ts';

/** Where changes are written down before they count. Throws when it could not. */
export interface EventSink {
  append(events: readonly StateEvent[]): void;
}

type ResetEvent = Extract<StateEvent, { event: 'reset' }>;

interface MutableAccount {
  record: AccountRecord;
  readonly users: Map<string, UserRecord>;
  readonly tokens: Map<string, TokenRecord>;
  readonly socials: Map<string, SocialRecord>;
}

/** Everything the sandbox remembers about accounts, users and tokens, and its clock. Changed by events only. */
export class SandboxState implements SandboxClock {
  readonly #accounts = new Map<string, MutableAccount>();
  readonly #realNowMs: () => number;
  /** Of the default accounts, and of those that are added without one. */
  readonly defaultProfile: ProfileName;
  #clockOffsetMs = 0;
  #sink: EventSink = { append: () => {} };

  constructor(realNowMs: () => number, defaultProfile: ProfileName = 'live') {
    this.#realNowMs = realNowMs;
    this.defaultProfile = defaultProfile;
    for (const record of defaultAccounts(defaultProfile)) this.#add(record);
  }

  nowMs(): number {
    return this.#realNowMs() + this.#clockOffsetMs;
  }

  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  account(provider: ProviderName, appKey: string): Account | undefined {
    return this.#accounts.get(accountKey(provider, appKey));
  }

  accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** From here on, changes are written to `sink` first. */
  persistTo(sink: EventSink): void {
    this.#sink = sink;
  }

  /** Writes the events down, then makes them true. If writing fails, nothing has changed. */
  commit(...events: readonly StateEvent[]): void {
    this.#sink.append(events);
    for (const event of events) this.apply(event);
  }

  /** Puts the default accounts, which a data directory may remember otherwise, under the default profile. */
  adoptDefaultProfile(): void {
    for (const fresh of defaultAccounts(this.defaultProfile)) {
      const { record } = this.#mutable(fresh.provider, fresh.appKey);
      const moved = changeProfile(record.provider, record.settings, this.defaultProfile);
      const original = { ...record.original, settings: fresh.settings };
      this.commit({ event: 'account-saved', account: { ...record, settings: moved, original } });
    }
  }

  /** Makes a remembered event true again, without writing it. Throws if it names an account that is not there. */
  apply(event: StateEvent): void {
    switch (event.event) {
      case 'account-saved':
        this.#save(event.account);
        return;
      case 'user-saved':
        this.#mutable(event.provider, event.appKey).users.set(event.user.userId, event.user);
        return;
      case 'users-removed':
        this.#removeUsers(this.#mutable(event.provider, event.appKey), new Set(event.userIds));
        return;
      case 'token-saved':
        this.#mutable(event.provider, event.appKey).tokens.set(event.token.token, event.token);
        return;
      case 'social-saved':
        this.#mutable(event.provider, event.appKey).socials.set(event.social.userId, event.social);
        return;
      case 'clock-moved':
        this.#clockOffsetMs = event.offsetMs;
        return;
      case 'reset':
        this.#reset(event);
        return;
    }
  }

  /** The shortest list of events that leads from a fresh sandbox to this state. */
  *snapshot(): Generator<StateEvent> {
    yield { event: 'clock-moved', offsetMs: this.#clockOffsetMs };
    for (const { record, users, tokens, socials } of this.#accounts.values()) {
      const { provider, appKey } = record;
      yield { event: 'account-saved', account: record };
      for (const user of users.values()) yield { event: 'user-saved', provider, appKey, user };
      for (const token of tokens.values()) yield { event: 'token-saved', provider, appKey, token };
      for (const social of socials.values()) yield { event: 'social-saved', provider, appKey, social };
    }
  }

  #add(record: AccountRecord): void {
    this.#accounts.set(accountKey(record.provider, record.appKey), {
      record,
      users: new Map(),
      tokens: new Map(),
      socials: new Map(),
    });
  }

  #save(record: AccountRecord): void {
    const known = this.#accounts.get(accountKey(record.provider, record.appKey));
    if (known === undefined) this.#add(record);
    else known.record = record;
  }

  #mutable(provider: ProviderName, appKey: string): MutableAccount {
    const account = this.#accounts.get(accountKey(provider, appKey));
    if (account === undefined) throw new Error(`no account ${appKey} at ${provider}`);
    return account;
  }

  // A user of the same name that is made later must not inherit the tokens.
  #removeUsers({ users, tokens, socials }: MutableAccount, userIds: ReadonlySet<string>): void {
    for (const userId of userIds) {
      users.delete(userId);
      socials.delete(userId);
    }
    for (const { token, userId } of tokens.values()) {
      if (userId !== null && userIds.has(userId)) tokens.delete(token);
    }
  }

  #reset({ provider, appKey, profile = 'live' }: ResetEvent): void {
    if (provider !== undefined && appKey !== undefined) {
      const { record } = this.#mutable(provider, appKey);
      this.#add({ ...record, ...record.original, comingSecret: null, secretEpoch: 0 });
      return;
    }
    for (const [key, { record }] of this.#accounts) {
      if (provider === undefined || record.provider === provider) this.#accounts.delete(key);
    }
    for (const record of defaultAccounts(profile)) {
      if (provider === undefined || record.provider === provider) this.#add(record);
    }
    if (provider === undefined) this.#clockOffsetMs = 0;
  }
}

function accountKey(provider: ProviderName, appKey: string): string {
  return `${provider} ${appKey}`;
}
