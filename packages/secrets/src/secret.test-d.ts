import { expectTypeOf } from 'vitest';
import { Secret } from './secret.ts';

// A plain text, or an object of the same shape, is not a secret: only `Secret.of` makes one.
expectTypeOf<string>().not.toExtend<Secret>();
expectTypeOf<{ reveal(): string; equals(other: Secret): boolean }>().not.toExtend<Secret>();
expectTypeOf(Secret.of('text').reveal()).toEqualTypeOf<string>();
// @ts-expect-error -- the constructor is not for callers
void new Secret('text');
