import type { UserOperations } from '@immint/contracts';
import type { UserOperation, UserOutcome } from '@immint/providers';
import type { NamedUsers } from './named-users.ts';
import { toOutcomes } from './outcomes.ts';

/** What became of one user, and the operation that it is part of. */
interface OperationOutcome extends UserOutcome {
  readonly operationId: string | undefined;
}

/** An operation has many users; a caller asks about each. */
export function outcomesOf(operations: readonly UserOperation[]): readonly OperationOutcome[] {
  return operations.flatMap(({ userIds, operationId, error }) =>
    userIds.map((userId) => ({ userId, operationId, ...(error === undefined ? {} : { error }) })),
  );
}

/** The answer about each user that was named. */
export function viewOperations(users: NamedUsers, outcomes: readonly OperationOutcome[]): UserOperations['users'] {
  return toOutcomes(users, outcomes, (outcome) => ({ operationId: outcome?.operationId ?? null }));
}
