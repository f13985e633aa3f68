import { BlockList, isIP } from 'node:net';

/**
 * What an IP address is good for: `public` for a provider, `private` for a proxy of one's own, `loopback` for the sandbox,
 * `reserved` for nothing that could be a provider (metadata services of clouds are counted here).
 */
export type AddressRange = 'public' | 'private' | 'loopback' | 'reserved';

/** Source: the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and those that update it). */
const RESERVED = [
  '0.0.0.0/8', // this network
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, withdrawn
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // future use, and broadcast
  '2001::/23', // protocol assignments, Teredo among them
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
] as const;

/** Where clouds tell a machine its own credentials. A setting that allows private addresses does not mean these. */
const METADATA_SERVICES = [
  '169.254.169.254/32', // AWS, Azure, Google Cloud, and most others
  '169.254.170.2/32', // AWS ECS
  '169.254.170.23/32', // AWS EKS
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure
  'fd00:ec2::/32', // AWS
  'fd20:ce::/32', // Google Cloud
] as const;

const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10', // shared by customers of one carrier
  '169.254.0.0/16', // link-local
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '64:ff9b:1::/48', // translation to IPv4 within one network
  'fc00::/7', // unique local
  'fe80::/10', // link-local
  'fec0::/10', // site-local, withdrawn
] as const;

const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const;

/** The only part of IPv6 that is given out to the public. */
const GLOBAL_UNICAST = ['2000::/3'] as const;

/** IPv6 addresses that stand for an IPv4 address, and the byte at which that begins. */
const EMBEDDINGS = [
  { prefix: '::ffff:0:0/96', offset: 12 }, // mapped
  { prefix: '::ffff:0:0:0/96', offset: 12 }, // translated
  { prefix: '::/96', offset: 12 }, // compatible, withdrawn; `::` and `::1` look like it too
  { prefix: '64:ff9b::/96', offset: 12 }, // NAT64
  { prefix: '2002::/16', offset: 2 }, // 6to4
] as const;

/** The range of an address as a resolver gives it, or as it stands in a base URL. What is no address is reserved. */
export const rangeOf = (address: string): AddressRange => {
  const [plain = ''] = address.split('%');
  const family = isIP(plain);
  if (family === 4) return rangeOf4(plain);
  return family === 6 ? rangeOf6(plain) : 'reserved';
};

const rangeOf4 = (address: string): AddressRange => special(address, 'ipv4') ?? 'public';

const rangeOf6 = (address: string): AddressRange => {
  const own = special(address, 'ipv6');
  if (own !== undefined) return own;
  const embedding = EMBEDDINGS_6.find(({ list }) => list.check(address, 'ipv6'));
  if (embedding !== undefined) {
    const { offset } = embedding;
    return rangeOf4(
      bytesOf6(address)
        .slice(offset, offset + 4)
        .join('.'),
    );
  }
  return IS_GLOBAL_UNICAST.check(address, 'ipv6') ? 'public' : 'reserved';
};

const special = (address: string, family: 'ipv4' | 'ipv6'): AddressRange | undefined =>
  SPECIAL.find(({ list }) => list.check(address, family))?.range;

/** The sixteen bytes. The URL parser writes every IPv6 address in one way: hexadecimal, with one gap at most. */
const bytesOf6 = (address: string): readonly number[] => {
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...gap, ...tail].flatMap((group) => [group >> 8, group & 0xff]);
};

const groupsOf = (text: string): readonly number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

const listOf = (subnets: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
};

/** The first that holds an address counts. */
const SPECIAL: readonly { readonly range: AddressRange; readonly list: BlockList }[] = [
  { range: 'reserved', list: listOf([...RESERVED, ...METADATA_SERVICES]) },
  { range: 'private', list: listOf(PRIVATE) },
  { range: 'loopback', list: listOf(LOOPBACK) },
];

const EMBEDDINGS_6 = EMBEDDINGS.map(({ prefix, offset }) => ({ list: listOf([prefix]), offset }));

const IS_GLOBAL_UNICAST = listOf(GLOBAL_UNICAST);
