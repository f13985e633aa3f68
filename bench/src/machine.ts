import { cpus } from 'node:os';

/** Measures how busy all processors of this machine are from now on; gives a part of 1. */
export function watchProcessors(): () => number {
  const before = readTimes();
  return () => {
    const after = readTimes();
    return (after.busy - before.busy) / (after.all - before.all);
  };
}

function readTimes(): { busy: number; all: number } {
  const sums = cpus().map(({ times: { user, nice, sys, irq, idle } }) => ({ busy: user + nice + sys + irq, idle }));
  const busy = sums.reduce((sum, each) => sum + each.busy, 0);
  return { busy, all: busy + sums.reduce((sum, each) => sum + each.idle, 0) };
}
