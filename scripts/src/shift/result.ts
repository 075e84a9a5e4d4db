/** What the scripted shift prints: one JSON object on the last line of stdout. */
export interface ShiftResult {
  readonly enrol: { readonly ok: boolean; readonly ms: number };
  readonly tap: { readonly outcome: string; readonly ms: number };
  readonly walkAway: { readonly outcome: string; readonly ms: number };
  readonly maskedTap: { readonly outcome: string; readonly ms: number };
  readonly stranger: { readonly outcome: string; readonly reason: string };
  readonly noFace: { readonly outcome: string };
  readonly rogueKiosk: { readonly outcome: string; readonly identityBytes: number };
  readonly injectedVideo: { readonly outcome: string; readonly reason: string };
  readonly journal: { readonly events: number; readonly chainValid: boolean };
  readonly biometricBytesAtSite: number;
  readonly canaryControlFound: boolean;
  readonly livenessEnforced: boolean;
}

/** The steps that did not end as they must; empty for a good shift. */
export function failedSteps(result: ShiftResult): readonly string[] {
  const must: Record<keyof ShiftResult, boolean> = {
    enrol: result.enrol.ok,
    tap: result.tap.outcome === "unlocked",
    walkAway: result.walkAway.outcome === "locked",
    maskedTap: result.maskedTap.outcome === "unlocked",
    stranger: result.stranger.outcome === "refused",
    noFace: result.noFace.outcome === "stays-locked",
    rogueKiosk: result.rogueKiosk.outcome === "refused" && result.rogueKiosk.identityBytes === 0,
    injectedVideo: result.injectedVideo.outcome === "refused",
    journal: result.journal.chainValid && result.journal.events > 0,
    biometricBytesAtSite: result.biometricBytesAtSite === 0,
    canaryControlFound: result.canaryControlFound,
    // The demo profile shows liveness and must not claim more.
    livenessEnforced: !result.livenessEnforced,
  };
  return Object.entries(must)
    .filter(([, held]) => !held)
    .map(([step]) => step);
}
