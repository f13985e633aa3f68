import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import { buildConnector } from 'undici';

import { type AddressRange, rangeOf } from './address-range.ts';
import { mayCall } from './base-url.ts';

/** Where an app may be called, by address. */
export interface AddressPolicy {
  /** The app's setting. */
  readonly allowPrivateAddresses: boolean;
  /** The resolver of names; the machine's own if left out. */
  readonly lookup?: LookupFunction;
}

/** The host has no address that the app may call. Nothing was sent. */
export class AddressRefused extends Error {
  /** The range of the address that was refused: the address itself would tell a caller about the network inside. */
  readonly range: AddressRange;

  constructor(range: AddressRange) {
    super(`The host has a ${range} address.`);
    this.name = 'AddressRefused';
    this.range = range;
  }
}

/**
 * Connects as undici does, but to allowed addresses only, of which those of a name are picked out between looking them up
 * and connecting: there is no second look-up that could answer otherwise. Certificates are checked, whatever the
 * environment says of it.
 */
export const createGuardedConnector = (
  { allowPrivateAddresses, lookup = systemLookup }: AddressPolicy,
  timeoutMs: number,
): buildConnector.connector => {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    rejectUnauthorized: true,
    autoSelectFamily: true,
    lookup: createGuardedLookup(lookup, allowPrivateAddresses),
  });
  return (options, callback) => {
    // An address in the place of a name is not looked up.
    const range = isIP(options.hostname) === 0 ? undefined : rangeOf(options.hostname);
    if (range === undefined || mayCall(options.hostname, range, allowPrivateAddresses)) connect(options, callback);
    else callback(new AddressRefused(range), null);
  };
};

/** All addresses are asked for, since one that is refused says nothing of the others. */
const createGuardedLookup =
  (lookup: LookupFunction, allowPrivateAddresses: boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, '', 0);
      const addresses = typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
      const allowed = addresses.filter(({ address }) => mayCall(hostname, rangeOf(address), allowPrivateAddresses));
      const [first] = allowed;
      if (first === undefined) return callback(refusalOf(addresses), '', 0);
      if (options.all === true) return callback(null, [...allowed]);
      return callback(null, first.address, first.family);
    });
  };

const refusalOf = ([first]: readonly { readonly address: string }[]): Error =>
  first === undefined
    ? Object.assign(new Error('The host has no address.'), { code: 'ENOTFOUND' })
    : new AddressRefused(rangeOf(first.address));
