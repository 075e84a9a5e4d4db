import type { OpaqueTemplate } from "@wardkey/protocol/credential";
import type { Conversation } from "./conversation.js";
import type { EnrolSession } from "./ports.js";

export interface ProvenApplicant {
  readonly code: string;
  readonly holderPublicKey: Uint8Array;
  readonly transcript: Uint8Array;
  readonly conversation: Conversation;
}

/** A phone that has shown its new key and waits, first for the operator, then for what the site issues. */
export class LinkedEnrolment implements EnrolSession {
  readonly code: string;
  readonly #applicant: ProvenApplicant;
  readonly #lostListeners = new Set<(code: string) => void>();
  #confirmed = false;
  #ended: { readonly code: string | null } | undefined;

  constructor(applicant: ProvenApplicant) {
    this.#applicant = applicant;
    this.code = applicant.code;
  }

  async confirm(): ReturnType<EnrolSession["confirm"]> {
    if (this.#ended !== undefined) return { ok: false, code: this.#ended.code ?? "closed" };
    this.#confirmed = true;
    const { conversation, holderPublicKey, transcript } = this.#applicant;
    await conversation.tell({ type: "codes-compared", agree: true });
    return { ok: true, holderPublicKey, transcript };
  }

  async issue(issued: {
    credential: Uint8Array;
    template: OpaqueTemplate | null;
    eidKey: Uint8Array;
  }): ReturnType<EnrolSession["issue"]> {
    if (this.#ended === undefined) await this.#applicant.conversation.tell({ type: "issued", ...issued });
    issued.template?.overwrite();
    issued.eidKey.fill(0);
    const ended = this.#ended;
    // Only the machine's own end, after the last frame was acknowledged, carries no code.
    if (ended?.code === null) return { ok: true };
    return { ok: false, code: ended?.code ?? "not-confirmed" };
  }

  onLost(listener: (code: string) => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const { conversation } = this.#applicant;
    // The phone is told in the protocol's own way while it waits for the comparison; later the link's end tells it.
    if (!this.#confirmed) await conversation.tell({ type: "codes-compared", agree: false });
    await conversation.end("closed");
  }

  onEnded(code: string | null): void {
    this.#ended = { code };
    if (code === null) return;
    for (const listener of this.#lostListeners) listener(code);
  }
}
