import { readFileSync } from 'node:fs';

/** A signature of RongCloud or Nexconn, `published` by a document or `computed` by another program (Python's hashlib). */
export interface SignatureVector {
  readonly id: string;
  readonly kind: 'published' | 'computed';
  /** Null where the document does not print it. */
  readonly appSecret: string | null;
  readonly nonce: string;
  readonly timestamp: string;
  readonly signature: string;
  /** Published only: whether the printed signature is that of the printed texts. */
  readonly reproducible?: boolean;
  /** Published only: what the printed texts really give. */
  readonly correctSignatureForTheseInputs?: string | null;
  /** Computed only: false for one that must be refused. */
  readonly shouldVerify?: boolean;
}

/** A dynamic token of Easemob, computed by another program; the documentation publishes none. */
interface DynamicTokenVector {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appkey: string;
  readonly userId: string;
  readonly curTime: number;
  readonly ttl: number;
  readonly signature: string;
  readonly token: string;
}

interface Vectors {
  readonly vectors: readonly SignatureVector[];
  readonly easemobDynamicTokens: readonly DynamicTokenVector[];
}

/** The vectors that this package is judged by. For tests: it reads a file. */
export const readVectors = (): Vectors => {
  const vectors: Vectors = JSON.parse(readFileSync(new URL('signature-vectors.json', import.meta.url), 'utf8'));
  return vectors;
};
