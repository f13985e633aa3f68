import type { ClientCodes } from './client-code.ts';
import { SHARED_CLIENT_CODES } from './rongcloud-client-codes.ts';

/** Nexconn's: its SDK has no names for its codes, and is built on RongCloud's, whose names these are. */
export const NEXCONN_CLIENT_CODES = SHARED_CLIENT_CODES satisfies ClientCodes;
