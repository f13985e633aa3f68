import type { EasemobErrorName } from '@immint/contracts/easemob';

import { type Answer, Refusal, type World } from './provider-call.ts';

/** The closed list, and one error of the user attributes that the list of a token service does not need. */
export type SandboxErrorName = EasemobErrorName | '400 BAD_REQUEST';

/** The one class name that a page prints; the others follow its pattern. */
const DOCUMENTED_EXCEPTIONS: Readonly<Record<string, string>> = {
  service_resource_not_found: 'UserNotFoundException',
};

/**
 * Easemob's error body under the HTTP status that belongs to it.
 * Source: doc.easemob.com/document/server-side/error.html
 */
export function answerEasemobError(name: SandboxErrorName, description: string, world: World): Answer {
  const separator = name.indexOf(' ');
  const error = name.slice(separator + 1);
  const body = {
    error,
    exception: DOCUMENTED_EXCEPTIONS[error] ?? `${toPascalCase(error)}Exception`,
    timestamp: world.state.nowMs(),
    duration: 0,
    error_description: description,
  };
  return { status: Number(name.slice(0, separator)), code: error, body };
}

/** {@link answerEasemobError}, ready to throw. The hint goes beside the body, whose text stays Easemob's. */
export function easemobRefusal(name: SandboxErrorName, description: string, world: World, hint?: string): Refusal {
  const answer = answerEasemobError(name, description, world);
  return new Refusal(hint === undefined ? answer : { ...answer, hint });
}

function toPascalCase(words: string): string {
  return words
    .split(/[ _]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
