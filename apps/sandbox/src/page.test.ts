import { readFileSync } from 'node:fs';

import type { ProviderName } from '@immint/contracts';
import { describe, expect, test } from 'vitest';

import { AccountSettings, defaultAccounts, defaultSettings } from './account.ts';
import { CONTROL_CALLS } from './control-calls.ts';
import { FAULT_KINDS } from './control-input.ts';
import { easemob } from './easemob.ts';
import { INFERRED } from './inferred.ts';
import { nexconn } from './nexconn.ts';
import { PROFILE_NAMES } from './profile.ts';
import type { PretendProvider } from './provider-call.ts';
import { rongcloud } from './rongcloud.ts';

// docs/sandbox.md is all that people in other languages have: what it lists is held against the tables, both ways.
const PAGE = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');

function section(title: string): string {
  const [, text] = PAGE.split(`\n## ${title}\n`);
  return (text ?? '').split('\n## ')[0] ?? '';
}

/** The cells of a section's table, without its head. */
function rows(title: string): readonly (readonly string[])[] {
  const lines = section(title)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The first thing in backticks of each row. */
function namesIn(title: string): readonly string[] {
  return rows(title).map(([cell = '']) => /`([^`]+)`/.exec(cell)?.[1] ?? cell);
}

const PROVIDERS: readonly (readonly [string, PretendProvider])[] = [
  ['RongCloud', rongcloud],
  ['Nexconn', nexconn],
  ['Easemob', easemob],
];

describe('docs/sandbox.md', () => {
  test('has every control, and no other', () => {
    const controls = CONTROL_CALLS.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(namesIn('Controls').map((name) => name.split('?')[0]))).toEqual(new Set(controls));
  });

  test('has every setting with its default, and no other', () => {
    const shown = rows('Settings').map(([name = '', value = '']) => [name, value.split(';')[0]?.replaceAll('`', '')]);
    const defaults = Object.entries(defaultSettings('rongcloud', 'live'));
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(defaults.map(([name, value]) => [`\`${name}\``, String(value)])),
    );
    expect(new Set(namesIn('Settings'))).toEqual(new Set(Object.keys(AccountSettings.shape)));
  });

  test('has every kind of fault, and no other', () => {
    expect(new Set(namesIn('Faults'))).toEqual(new Set(FAULT_KINDS));
  });

  test('has every profile, and no other', () => {
    expect(namesIn('Profiles')).toEqual(PROFILE_NAMES);
  });

  test('has the accounts that always exist', () => {
    const shown = rows('Accounts').map((cells) => cells.join(' '));
    const accounts = defaultAccounts('live');
    expect(shown).toHaveLength(accounts.length);
    for (const { appKey, secret, clientId } of accounts) {
      for (const text of [...appKey.split('#'), secret, clientId ?? secret]) {
        expect(
          shown.some((row) => row.includes(`\`${text}\``)),
          text,
        ).toBe(true);
      }
    }
  });

  test.each(PROVIDERS)('has every call that is served of %s, with its rate, and no other', (title, { calls }) => {
    const [, listed] =
      new RegExp(`${title}:\\n\\n\`\`\`text\\n([\\s\\S]*?)\`\`\``).exec(section('What it serves')) ?? [];
    const served = calls.map(({ method, path, perSecond, rateGroup }) =>
      [method, path, `${perSecond}/s`, ...(rateGroup === path ? [] : [`with ${rateGroup}`])].join(' '),
    );
    expect(listed?.trimEnd().split('\n')).toEqual(served);
  });

  test.each(PROVIDERS)('lists everything that is inferred of %s, and nothing that is not', (title, { name }) => {
    const [, listed = ''] = section('What is inferred').split(`\n### ${title}\n`);
    const lines = (listed.split('\n### ')[0] ?? '').split('\n').filter((line) => line.startsWith('- '));
    expect(lines).toEqual(linesOf(name));
  });
});

/** As the page shows the table: what, and after it why. */
function linesOf(provider: ProviderName): readonly string[] {
  return INFERRED.filter((each) => each.provider === provider).map(({ what, why }) => `- **${what}** ${why}`);
}
