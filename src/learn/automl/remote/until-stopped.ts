/** Work in other processes that is called off once `stopping` says so. */
export async function untilStopped<T>(stopping: () => boolean, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const clock = setInterval(() => stopping() && stop.abort(), 50);
  try {
    return await work(stop.signal);
  } finally {
    clearInterval(clock);
    stop.abort();
  }
}
