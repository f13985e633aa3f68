import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createTransport, type Transport } from './request.ts';
import { failureOf } from './testing/provider-suite.ts';
import { httpAnswer, type ScriptedProvider, startScriptedProvider } from './testing/scripted-provider.ts';
import { startSelfSigned } from './testing/self-signed.ts';

let provider: ScriptedProvider;
const opened: Transport[] = [];
beforeEach(async () => {
  provider = await startScriptedProvider();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
  await provider.close();
});

/** A resolver that gives one of its answers after another, and the last for good. */
const resolverOf = (...answers: readonly (readonly string[])[]) => {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, _options, callback) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    const addresses: LookupAddress[] = answer.map((address) => ({ address, family: isIP(address) }));
    process.nextTick(() => callback(null, addresses));
  };
  return { lookup, asked };
};

const get = (host: string, policy: { allowPrivateAddresses?: boolean; lookup?: LookupFunction } = {}) => {
  const transport = createTransport({ allowPrivateAddresses: false, ...policy });
  opened.push(transport);
  return call(transport, host);
};

const call = (transport: Transport, host: string) =>
  transport.send(
    {
      origin: `http://${host}:${new URL(provider.url).port}`,
      method: 'GET',
      path: '/',
      headers: {},
      body: '',
    },
    AbortSignal.timeout(20_000),
  );

test.each([
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['2002:7f00:1::', 'loopback'],
  ['10.0.0.1', 'private'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['169.254.0.1', 'private'],
  ['fd00::1', 'private'],
  ['fe80::1', 'private'],
  ['169.254.169.254', 'reserved'],
  ['0.0.0.0', 'reserved'],
  ['::', 'reserved'],
  ['224.0.0.1', 'reserved'],
  ['255.255.255.255', 'reserved'],
])('a name that answers %s is not connected to, and the refusal says only that it is %s', async (address, range) => {
  const error = await failureOf(get('api.example.com', { lookup: resolverOf([address]).lookup }));
  expect(error).toMatchObject({ kind: 'address-refused', retryable: false, mayHaveExecuted: false });
  expect(error.message).toContain(range);
  expect(error.message).not.toContain(address);
  expect(provider.requests).toHaveLength(0);
});

test.each(['10.0.0.1', '169.254.169.254', '0.0.0.0', '[::]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[fd00::1]'])(
  'the address %s in the place of a name is refused without looking anything up',
  async (host) => {
    const { lookup, asked } = resolverOf(['1.1.1.1']);
    expect(await failureOf(get(host, { lookup }))).toMatchObject({ kind: 'address-refused', mayHaveExecuted: false });
    expect(asked).toEqual([]);
  },
);

test('a host that names loopback is called there, and nowhere else', async () => {
  provider.script(httpAnswer(200, '{}'), httpAnswer(200, '{}'));
  expect(await get('127.0.0.1')).toMatchObject({ status: 200 });
  expect(await get('localhost', { lookup: resolverOf(['127.0.0.1']).lookup })).toMatchObject({ status: 200 });
  const elsewhere = resolverOf(['1.1.1.1']);
  const allowing = { allowPrivateAddresses: true, lookup: elsewhere.lookup };
  expect(await failureOf(get('localhost', allowing))).toMatchObject({ kind: 'address-refused' });
});

test('an app that allows private addresses is called at them, but never at a metadata service', async () => {
  provider.script(httpAnswer(200, '{}'));
  const inside = { allowPrivateAddresses: true, lookup: resolverOf(['127.0.0.1']).lookup };
  expect(await get('proxy.inside.example', inside)).toMatchObject({ status: 200 });
  const metadata = { allowPrivateAddresses: true, lookup: resolverOf(['169.254.169.254', '::ffff:a9fe:a9fe']).lookup };
  expect(await failureOf(get('proxy.inside.example', metadata))).toMatchObject({ kind: 'address-refused' });
});

test('of several addresses only the allowed ones are tried', async () => {
  provider.script(httpAnswer(200, '{}'));
  const { lookup } = resolverOf(['169.254.169.254', '0.0.0.0', '127.0.0.1', '::']);
  expect(await get('proxy.inside.example', { allowPrivateAddresses: true, lookup })).toMatchObject({ status: 200 });
});

test('a name that answers otherwise the second time is called at the address that was checked, and checked anew for a new connection', async () => {
  const { lookup, asked } = resolverOf(['127.0.0.1'], ['169.254.169.254']);
  provider.script(httpAnswer(200, '{}'), httpAnswer(200, '{}', { Connection: 'close' }));
  const transport = createTransport({ allowPrivateAddresses: true, lookup });
  opened.push(transport);
  expect(await call(transport, 'rebinding.example')).toMatchObject({ status: 200 });
  // A connection is free again one turn after its answer.
  await setImmediate();
  expect(await call(transport, 'rebinding.example')).toMatchObject({ status: 200 });
  expect(asked).toHaveLength(1);
  expect(await failureOf(call(transport, 'rebinding.example'))).toMatchObject({ kind: 'address-refused' });
  expect(asked).toHaveLength(2);
  expect(provider.requests).toHaveLength(2);
});

test.each([
  ['no address at all', resolverOf([]).lookup, 'ENOTFOUND'],
  [
    'a failure',
    ((_host, _options, callback) => {
      callback(Object.assign(new Error('marked-secret'), { code: 'EAI_AGAIN' }), '', 0);
    }) satisfies LookupFunction,
    'EAI_AGAIN',
  ],
])('a name with %s is unreachable, and nothing was sent', async (_, lookup, systemCode) => {
  expect(await failureOf(get('api.example.com', { lookup }))).toMatchObject({
    kind: 'unreachable',
    systemCode,
    mayHaveExecuted: false,
  });
});

test('a resolver that never answers ends with the deadline of the call', async () => {
  const transport = createTransport({ allowPrivateAddresses: false, lookup: () => {} });
  opened.push(transport);
  const signal = AbortSignal.timeout(100);
  const request = { origin: 'https://api.example.com', method: 'GET', path: '/', headers: {}, body: '' } as const;
  expect(await failureOf(transport.send(request, signal))).toMatchObject({ kind: 'timed-out', mayHaveExecuted: false });
});

test('a certificate that nobody vouches for is refused, even where the environment says otherwise', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const impostor = await startSelfSigned();
  try {
    const transport = createTransport();
    opened.push(transport);
    const request = { origin: impostor.url, method: 'GET', path: '/', headers: {}, body: '' } as const;
    expect(await failureOf(transport.send(request, AbortSignal.timeout(20_000)))).toMatchObject({
      kind: 'unreachable',
      systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      mayHaveExecuted: false,
    });
    expect(impostor.requests()).toBe(0);
  } finally {
    await impostor.close();
    vi.unstubAllEnvs();
  }
});
