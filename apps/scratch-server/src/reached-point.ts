/** The points of an issue between which it matters where a process dies. */
export const REACHED_POINTS = ['lease-taken', 'before-call', 'answered', 'saved'] as const;
export type ReachedPoint = (typeof REACHED_POINTS)[number];
