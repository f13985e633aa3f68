export { ConfigError, readServerConfig } from './env.ts';
export type { ServerConfig, ServerFlags } from './env.ts';
export { startServer } from './start-server.ts';
export type { RunningServer } from './start-server.ts';
export { createKeyOffline } from './create-key-offline.ts';
