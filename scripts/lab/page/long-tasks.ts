/** Notes how long the page's own thread is kept at a stretch (W3C Long Tasks: those of more than 50 ms are told). */
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
