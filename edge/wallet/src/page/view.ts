import type { PhoneView } from "@wardkey/protocol/phone";
import type { Prompt } from "../consent/index.js";
import type { VaultContents } from "../vault/index.js";

export interface ViewFacts {
  now: number;
  contents: VaultContents;
  advertising: boolean;
  servedKiosk: string | null;
  handsFree: PhoneView["handsFree"];
  prompt: Prompt | null;
  enrolment: PhoneView["enrolment"];
  room: PhoneView["room"];
}

/** Everything that the phone's page shows, and nothing that it must not know: no key, no template, no receipt's bytes. */
export function phoneView(facts: ViewFacts): PhoneView {
  const { contents, prompt } = facts;
  const { enrolment, site } = contents;
  return {
    v: 1,
    now: facts.now,
    credential:
      enrolment === null
        ? null
        : {
            ...enrolment.holder,
            site: site?.site ?? "",
            templateMadeAt: enrolment.templateMadeAt,
            templateKiosk: enrolment.templateKiosk,
          },
    visibility: { advertising: facts.advertising, servedKiosk: facts.servedKiosk },
    consentMode: contents.consentMode,
    handsFree: facts.handsFree,
    prompt: prompt && { id: prompt.id, kind: prompt.kind, kiosk: prompt.kiosk, until: prompt.until },
    enrolment: facts.enrolment,
    history: contents.history.map(({ record }) => record),
    room: facts.room,
  };
}
