/** An event about a review that waits to be sent: kept before what it tells of is stored, so that it is never lost. */
export interface PendingEvent {
  /** The same for the same event, however often it is sent. */
  readonly eventId: string;
  readonly sequence: number;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A message to people that waits to be sent. */
export interface PendingMessage {
  /** The review that says it: one message a review. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
}

/** Keeps what a review has to say until it is said. */
export interface OutboxStore {
  putEvents(events: readonly PendingEvent[], now: number): Promise<void>;
  /** Events that wait, oldest first. */
  listEvents(): Promise<readonly PendingEvent[]>;
  removeEvents(eventIds: readonly string[]): Promise<void>;
  putMessage(message: PendingMessage, now: number): Promise<void>;
  listMessages(): Promise<readonly PendingMessage[]>;
  removeMessage(id: string): Promise<void>;
}
