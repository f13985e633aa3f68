import { isIP } from 'node:net';

import { easemobRefusal } from './easemob-error.ts';
import { ok } from './easemob-reply.ts';
import type { CallHead, ServedCall } from './provider-call.ts';

/** Where {@link EASEMOB_HOSTS} is served. It has no org and app: the App Key is in the query. */
export const EASEMOB_HOSTS_PATH = '/easemob/server.json';

/** The App Key that a request for the hosts names. */
export function readHostsAppKey({ query }: CallHead): string {
  return new URLSearchParams(query).get('app_key') ?? '';
}

/**
 * The DNS-config service: which hosts serve an App Key. All are the sandbox itself, by the name it was called.
 * Source: Java SDK 1.x, `DnsConfigEndpointProvider`
 */
export const EASEMOB_HOSTS: ServedCall = {
  method: 'GET',
  path: EASEMOB_HOSTS_PATH,
  rateGroup: 'hosts',
  perSecond: 100,
  answer: ({ headers: { host = '' } }, _account, world) => {
    const address = `http://${host}`;
    if (host === '' || !URL.canParse(address)) {
      const hint = 'send the header Host: the sandbox answers with it';
      throw easemobRefusal('400 illegal_argument', 'this is an invalid request.', world, hint);
    }
    const { hostname, port } = new URL(address);
    const ip = hostname.replaceAll(/[[\]]/g, '');
    const self = {
      protocol: 'http',
      domain: hostname,
      ...(isIP(ip) === 0 ? {} : { ip }),
      port: port === '' ? 80 : Number(port),
    };
    // Nobody can connect for messages, so that list is empty.
    return ok({ deploy_name: 'sandbox', file_version: '1', rest: { hosts: [self] }, 'msync-wx': { hosts: [] } });
  },
};
