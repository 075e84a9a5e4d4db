export interface CommandRecord {
  readonly request: string;
  readonly device: string;
  readonly command: string;
  readonly by: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly answeredAt: number | null;
  /** As in HTTP; `null`: not answered. */
  readonly status: number | null;
  readonly code: string | null;
}

export interface CommandStore {
  insert(command: Omit<CommandRecord, "answeredAt" | "status" | "code">): Promise<"kept" | "known">;
  /** The first answer counts; after "begun" (202) one more. `unknown`: no such request of this device. */
  answer(answer: {
    request: string;
    device: string;
    status: number;
    code: string | null;
    at: number;
  }): Promise<"kept" | "repeated" | "unknown">;
  one(request: string): Promise<CommandRecord | null>;
  /** Newest first. */
  recent(device: string, limit: number): Promise<CommandRecord[]>;
}
