import { describeFailure } from './asker.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { countOne, describeCounts, describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';

interface StopUnderLoad {
  readonly times: number;
  /** Calls under way at the server that is told to stop. */
  readonly callers: number;
}

/** What a server promises from the signal to its end. */
const PROMISED_MS = 12_000;

/** A call that was on its way to the server for this long when it was told to stop had arrived. */
const ARRIVED_AFTER_MS = 100;

const PROVIDER_MS = 500;

/** A server is told to stop while it is asked for users whom it has to ask the provider for. */
export async function stopUnderLoad(cluster: Cluster, { times, callers }: StopUnderLoad): Promise<ProofRow> {
  const acknowledged = createAcknowledgedTokens();
  const violations: string[] = [];
  const later = new Map<string, number>();
  const tookMs: number[] = [];
  const prefix = `stopping${Date.now().toString(36)}x`;
  let users = 0;
  let arrived = 0;
  await cluster.sandbox.control.post('faults', [{ provider: 'rongcloud', kind: 'delay', delayMs: PROVIDER_MS }]);
  for (let time = 0; time < times; time += 1) {
    const place = time % cluster.servers.length;
    const server = cluster.servers[place];
    if (server === undefined) continue;
    const stop = { toldMs: Infinity, isOver: false };
    const askInTurn = async (): Promise<void> => {
      while (!stop.isOver) {
        users += 1;
        const sentMs = performance.now();
        const heard = await cluster.asker.obtain(server.url, APP, `${prefix}${users}`);
        const hadArrived = sentMs + ARRIVED_AFTER_MS < stop.toldMs;
        if (hadArrived && stop.toldMs < Infinity) arrived += 1;
        if (heard.kind === 'token') {
          acknowledged.note(heard.token);
          continue;
        }
        const refusal = describeFailure(heard);
        if (hadArrived)
          violations.push(`${refusal} instead of an answer, ${Math.round(heard.tookMs)} ms after it was sent`);
        else countOne(later, refusal);
        await pause(20);
      }
    };
    const calling = Array.from({ length: callers }, askInTurn);
    await pause(1_000);
    stop.toldMs = performance.now();
    const code = await server.stop('SIGTERM');
    const stopMs = performance.now() - stop.toldMs;
    stop.isOver = true;
    await Promise.all(calling);
    tookMs.push(stopMs);
    if (code !== 0) violations.push(`ended with ${code}`);
    if (stopMs > PROMISED_MS) violations.push(`ended after ${Math.round(stopMs)} ms`);
    await cluster.start(place);
  }
  await cluster.sandbox.control.clearFaults();
  await acknowledged.compareWithStore(cluster);
  return {
    what: 'SIGTERM under load',
    size: `${times} times, ${callers} callers, provider of ${PROVIDER_MS} ms`,
    expected: `every call that had arrived is answered; exit 0 within ${PROMISED_MS / 1_000} s`,
    measured: `${violations.length} of ${arrived} cut or refused; ended after ${describeTimes(tookMs)}`,
    violations: [...violations, ...acknowledged.violations],
    notes: `calls that came later: ${describeCounts(later)}`,
  };
}
