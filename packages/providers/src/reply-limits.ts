/**
 * The largest list that is read, in bytes: 1,000 users with everything that a provider shows of one. All other answers
 * have the transport's own limit.
 */
export const MAX_LIST_BYTES = 1_048_576;
