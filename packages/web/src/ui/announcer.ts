import { type ReadonlySignal, signal } from '@preact/signals';

/** Announces events to screen readers. */
export interface Announcer {
  /** The latest message, which the live region shows. */
  readonly message: ReadonlySignal<string>;
  /**
   * Announces a message to screen readers when they are next idle. Use it for rare events such as start and end, not for
   * progress that changes several times a second.
   */
  readonly announce: (text: string) => void;
}

export function createAnnouncer(): Announcer {
  const message = signal('');
  return {
    message,
    announce(text) {
      message.value = text;
    },
  };
}
