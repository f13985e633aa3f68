import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';

/** A server on the loopback address whose certificate it signed itself, as somebody would who answers in another's name. */
export const startSelfSigned = async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const certificate = selfSign(publicKey.export({ type: 'spki', format: 'der' }), (data) =>
    sign('sha256', data, privateKey),
  );
  let requests = 0;
  const server = createServer(
    { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: toPem(certificate) },
    (_request, response) => {
      requests += 1;
      response.end('{}');
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return {
    url: `https://127.0.0.1:${address.port}`,
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** An X.509 certificate for `127.0.0.1` in DER (RFC 5280, 4.1): as little as a TLS client reads. */
const selfSign = (publicKeyInfo: Buffer, signData: (data: Buffer) => Buffer): Buffer => {
  const ecdsaWithSha256 = node(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const commonName = node(0x30, Buffer.from('0603550403', 'hex'), node(0x0c, Buffer.from('127.0.0.1')));
  const name = node(0x30, node(0x31, commonName));
  const validity = node(0x30, node(0x17, Buffer.from('200101000000Z')), node(0x17, Buffer.from('491231235959Z')));
  const addressName = node(0x30, node(0x87, Buffer.of(127, 0, 0, 1)));
  const alternativeName = node(0x30, Buffer.from('0603551d11', 'hex'), node(0x04, addressName));
  const body = node(
    0x30,
    node(0xa0, node(0x02, Buffer.of(2))),
    node(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKeyInfo,
    node(0xa3, node(0x30, alternativeName)),
  );
  return node(0x30, body, ecdsaWithSha256, node(0x03, Buffer.of(0), signData(body)));
};

/** A value of ASN.1 with its tag and its length. */
const node = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
};

const toPem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
