import type { Frame } from "@wardkey/models";

/** Another library that does the same job on the same frame. */
export interface FramePeer {
  /** Throws when it did not do the whole job. */
  analyse(frame: Frame): Promise<void>;
  close(): Promise<void>;
}
