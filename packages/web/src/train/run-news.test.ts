import { expect, it } from 'vitest';
import { createRunNews } from './run-news.ts';

it('createRunNews notifies all listeners, including those in the same tab, until they unsubscribe', async () => {
  const opened: BroadcastChannel[] = [];
  const open = (): BroadcastChannel => {
    const channel = new BroadcastChannel('isonoise-run-news-test');
    opened.push(channel);
    return channel;
  };
  const [here, there] = [createRunNews(open), createRunNews(open)];
  const heard: string[] = [];
  const stop = here.listen(() => heard.push('here'));
  there.listen(() => heard.push('there'));
  here.tell();
  await expect.poll(() => heard.toSorted()).toEqual(['here', 'there']);
  stop();
  here.tell();
  await expect.poll(() => heard.length).toBe(3);
  expect(heard.at(-1)).toBe('there');
  for (const channel of opened) channel.close();
});
