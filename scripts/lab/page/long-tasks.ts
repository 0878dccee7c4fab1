/**
 * Records the longest time that the page's thread is blocked. Browsers report only times above 50 ms (W3C Long Tasks).
 */
export function watchLongTasks(): { end(): number } {
  let longest = 0;
  const note = (entries: readonly PerformanceEntry[]): void => {
    for (const { duration } of entries) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: 'longtask' });
  return {
    end() {
      note(observer.takeRecords());
      observer.disconnect();
      return longest;
    },
  };
}
