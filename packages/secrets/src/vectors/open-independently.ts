import { createHmac, webcrypto } from 'node:crypto';

/**
 * Opens a sealed value without any of the code that makes them: HKDF written out from RFC 5869 §2, the context written
 * out from its description, and WebCrypto's AES-GCM. It judges the vectors in the tests, and it is enough to recover a
 * database's values from their bytes and the key file.
 */
export async function openIndependently(keyFile: string, context: readonly string[], blob: Uint8Array): Promise<string> {
  const view = Buffer.from(blob);
  const [version, keyId] = [view.subarray(0, 1), view.subarray(1, 5)];
  const [salt, nonce, rest] = [view.subarray(5, 21), view.subarray(21, 33), view.subarray(33)];
  const parts = context.flatMap((part) => {
    const text = Buffer.from(part, 'utf8');
    return [Buffer.of(Math.floor(text.length / 256), text.length % 256), text];
  });
  const additionalData = Buffer.concat([version, keyId, Buffer.of(context.length), ...parts]);

  const rootKey = Buffer.from(keyFile.trimEnd().split(' ')[1] ?? '', 'base64url');
  const dataKey = hkdfSha256(rootKey, Buffer.alloc(0), Buffer.from('immint v1 sealing'));
  const recordKey = hkdfSha256(dataKey, salt, additionalData);
  const key = await webcrypto.subtle.importKey('raw', Uint8Array.from(recordKey), 'AES-GCM', false, ['decrypt']);
  const algorithm = { name: 'AES-GCM', iv: Uint8Array.from(nonce), additionalData: Uint8Array.from(additionalData) };
  return Buffer.from(await webcrypto.subtle.decrypt(algorithm, key, Uint8Array.from(rest))).toString('utf8');
}

/** RFC 5869 §2.2 and §2.3, for one block of output: 32 bytes. */
function hkdfSha256(inputKey: Uint8Array, salt: Uint8Array, info: Uint8Array): Buffer {
  const extractKey = salt.length === 0 ? Buffer.alloc(32) : salt;
  const pseudorandomKey = createHmac('sha256', extractKey).update(inputKey).digest();
  return createHmac('sha256', pseudorandomKey).update(info).update(Buffer.of(1)).digest();
}
