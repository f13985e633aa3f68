import type { CallContext } from './call-context.ts';
import type { ProviderError } from './provider-error.ts';
import { untilAborted } from './until-aborted.ts';

/** How a call shows the app's secret: by a signature, which has a time in it, or by itself. */
export type SecretProof = 'signature' | 'secret';

/**
 * Stands before every call that shows an account's secret, and hears what became of it: an account whose secret is refused
 * again and again is asked only now and then. Calls that show something else (an app token, a person's password) pass it by.
 */
export interface CredentialGate {
  /**
   * Asked once a call, however often the call is repeated.
   * @throws ProviderError app-paused, with the time until the next probe; what the implementation's storage throws
   */
  admit(proof: SecretProof, context: CallContext): Promise<Admission>;
}

/** The leave to make one call. Exactly one of the two is told, or none when the answer said nothing about the secret. */
export interface Admission {
  /** The provider did what was asked. Never rejects. */
  accepted(): Promise<void>;
  /** The provider refused the secret. Gives the error to throw, which may say more than the provider's. Never rejects. */
  refused(refusal: ProviderError): Promise<ProviderError>;
}

const unnoted: Admission = { accepted: async () => {}, refused: async (refusal) => refusal };

/** Lets everything through and remembers nothing. */
export const openGate: CredentialGate = { admit: async () => unnoted };

/**
 * Asks a gate, and bounds by the caller's deadline whatever it does: a token that is there is not kept back by a note
 * about it that is slow.
 */
export const admitInTime = async (
  gate: CredentialGate,
  proof: SecretProof | 'none',
  context: CallContext,
): Promise<Admission> => {
  if (proof === 'none') return unnoted;
  const { signal } = context;
  const admission = await untilAborted(gate.admit(proof, context), signal);
  return {
    accepted: () => untilAborted(admission.accepted(), signal).catch(() => undefined),
    refused: (refusal) => untilAborted(admission.refused(refusal), signal).catch(() => refusal),
  };
};
