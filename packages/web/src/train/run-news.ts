/** Notifies all tabs of this browser of changes to stored runs. */
export interface RunNews {
  tell(): void;
  /** Calls `act` after each change, in this tab or another one. @returns a function that stops the calls */
  listen(act: () => void): () => void;
}

/** The part of a `BroadcastChannel` that is used. */
type Channel = Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>;

/**
 * Creates the news of stored runs.
 *
 * @param open opens a channel; its messages reach every other open channel of this origin, in workers too
 */
export function createRunNews(open: () => Channel): RunNews {
  let sender: Channel | null = null;
  return {
    tell() {
      sender ??= open();
      sender.postMessage(null);
    },
    listen(act) {
      const receiver = open();
      receiver.onmessage = () => act();
      return () => receiver.close();
    },
  };
}

/** Creates the news that all tabs of this browser share. */
export const runNews = (): RunNews => createRunNews(() => new BroadcastChannel('isonoise-runs'));
