import type { EvidenceReason, LockAccountView } from "@wardkey/protocol/screen";
import type { Says } from "../scene/scene.js";

/** What its figure says better. */
const IN_FIGURES: ReadonlySet<EvidenceReason> = new Set(["phone-far", "face-gone", "input-gone", "heartbeat-lost"]);

const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000);
/** Less than this is no absence that anybody would name. */
const WORTH_SAYING_MS = 2_000;

export interface AccountWords {
  /** "You left at 14:02:09" */
  readonly line: Says;
  /** The figures that were measured: "phone 4.1 m away", "no face for 6 s". */
  readonly figures: readonly Says[];
  /** The heaviest reason in a sentence of its own, where no figure says it. */
  readonly reason: Says | null;
}

/** Puts an account of a lock into words, without naming anybody. */
export function wordsOf(
  account: LockAccountView,
  formats: { readonly exactTime: (at: number) => string; readonly metres: (distance: number) => string },
): AccountWords {
  const { leftAt, metres, faceGoneMs, inputGoneMs, heartbeatGapMs, reasons } = account;
  const [heaviest] = reasons;
  const absence = (
    key: "account.no-face" | "account.no-input" | "account.no-heartbeat",
    gone: number | null,
  ): Says[] => (gone === null || gone < WORTH_SAYING_MS ? [] : [{ key, values: { seconds: seconds(gone) } }]);
  const figures = [
    ...(metres === null ? [] : [{ key: "account.phone-at", values: { distance: formats.metres(metres) } } as const]),
    ...absence("account.no-heartbeat", heartbeatGapMs),
    ...absence("account.no-face", faceGoneMs),
    ...absence("account.no-input", inputGoneMs),
  ];
  const isSaid = heaviest === undefined || (figures.length > 0 && IN_FIGURES.has(heaviest));
  return {
    line: { key: "account.left", values: { time: formats.exactTime(leftAt) } },
    figures,
    reason: isSaid ? null : { key: `reason.${heaviest}` },
  };
}
