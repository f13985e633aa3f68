/** Every way in which {@link startSandbox} can fail to start. The message names the port or directory and the fix. */
const SANDBOX_ERROR_CODES = [
  'PORT_TAKEN',
  'PORT_FORBIDDEN',
  'HOST_UNAVAILABLE',
  'DIRECTORY_IN_USE',
  'DIRECTORY_UNWRITABLE',
  'STATE_UNREADABLE',
] as const;
export type SandboxErrorCode = (typeof SANDBOX_ERROR_CODES)[number];

/** The sandbox could not start. Test `code`; `message` is one sentence for a person and says what to do. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
