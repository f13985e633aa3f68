export { startSandbox } from './start-sandbox.ts';
export type { ProfileName } from './profile.ts';
export type { Sandbox, SandboxOptions } from './start-sandbox.ts';
