import type { Page } from "playwright-core";

const EMERGENCY = {
  ...{ session: "5f0c9a8e-0000-4000-8000-000000000001", kiosk: "kiosk-001", staffId: "anna", second: null },
  ...{ reason: "patient-in-danger", operation: "unlock-workstation", means: "code", card: "7F3K", minutes: 30 },
  ...{ leaseEnded: true, closedBecause: "idle", reused: false, review: "security-officer", overdue: false },
};

/** An emergency that waits for a review, and the same once somebody has found it justified. */
export function emergency(): { readonly waits: object; readonly justified: object } {
  const at = { openedAt: Date.now() - 600_000, closedAt: Date.now() - 300_000, reviewBy: Date.now() + 3_600_000 };
  const votes = [{ by: "me", outcome: "justified", at: Date.now() }];
  return {
    waits: { ...EMERGENCY, ...at, state: "open", votes: [] },
    justified: { ...EMERGENCY, ...at, state: "justified", votes },
  };
}

/** Simulated answers about emergencies: a kiosk that breaks its glass needs a broker, a camera and a card. */
export async function answerEmergencies(page: Page, shown: () => object): Promise<void> {
  await page.route(/v1\/break-glass/, (route) =>
    route.request().method() === "GET" ? route.fulfill({ json: { emergencies: [shown()] } }) : route.fallback(),
  );
}
