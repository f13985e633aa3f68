import { ProviderError } from '@immint/providers';

/** Makes a call that ends a user's tokens, and notes it also where nobody can know whether it was executed. */
export async function withEndedTokens(work: () => Promise<void>, note: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProviderError && error.mayHaveExecuted) await note();
    throw error;
  }
  await note();
}
