/** Does something after so many milliseconds, unless it is taken back by what this gives. */
export type Later = (ms: number, work: () => void) => () => void;

/** By the timers of Node; none of them keeps a process alive. */
export const laterByTimer: Later = (ms, work) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
