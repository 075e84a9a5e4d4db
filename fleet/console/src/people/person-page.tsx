import { Card, StatusDot } from "@wardkey/ui";
import type { ReactNode } from "react";
import { worded } from "../devices/health-words.js";
import { EventsList } from "../events/events-list.js";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf, addressOfOne } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { usePathId } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { nameOf, PersonRow } from "./answers.js";
import { Cards } from "./cards.js";
import { STANDING_TONES } from "./people-page.js";
import { PersonActs } from "./person-acts.js";
import { Ways } from "./ways.js";

/** One person: who they are, what they hold, how they come in, what was journaled about them. */
export function PersonPage(): ReactNode {
  const id = usePathId();
  const { t } = useWords();
  const { may } = useMe();
  const { data: person, refusal } = useAnswer({
    topic: "people",
    path: `v1/staff/${encodeURIComponent(id)}`,
    answer: PersonRow,
  });
  return (
    <Page
      title={person === undefined ? id : nameOf(person)}
      above={[{ title: t("nav.people"), href: addressOf("/people") }]}
      {...(person === undefined ? {} : { says: <Standing person={person} /> })}
      {...(person === undefined || !may("operator") ? {} : { actions: <PersonActs person={person} /> })}
    >
      <RefusalNotice code={refusal} />
      {person === undefined ? null : (
        <>
          <div className="status-pair">
            <Who person={person} />
            <Credential person={person} />
          </div>
          <div className="status-pair">
            <Ways person={person} />
            <Cards person={person} />
          </div>
          {may("operator") ? (
            <EventsList
              title={t("person.events")}
              of={{ person: person.staffId }}
              nameOf={(staffId) => (staffId === person.staffId ? nameOf(person) : staffId)}
            />
          ) : null}
        </>
      )}
    </Page>
  );
}

function Standing({ person }: { person: PersonRow }): ReactNode {
  const { t, formats } = useWords();
  const { standing, reason, role, phoneLostAt } = person;
  const word = worded(t, "standing", standing);
  return (
    <span className="chips">
      <span>{role}</span>
      <StatusDot
        chip
        tone={STANDING_TONES[standing] ?? "neutral"}
        word={reason === null ? word : `${word}: ${reason}`}
      />
      {phoneLostAt === null ? null : (
        <StatusDot chip tone="wait" word={t("person.lost-since", { time: formats.dateTime(phoneLostAt) })} />
      )}
    </span>
  );
}

function Who({ person }: { person: PersonRow }): ReactNode {
  const { t, formats } = useWords();
  const day = (at: number | null): string => (at === null ? "–" : formats.date(at - 1));
  return (
    <Card title={t("person.who")}>
      <Facts
        facts={[
          [t("person.id"), person.staffId],
          [t("people.role"), person.role],
          [t("people.wards"), person.wards.join(", ") || "–"],
          [t("person.employment"), worded(t, "employment", person.employment)],
          [t("person.ends"), person.endsAt === null ? t("person.open") : day(person.endsAt)],
          [t("person.hr"), person.hrId ?? "–"],
          [t("person.source"), person.source],
          ...(person.leftAt === null ? [] : ([[t("person.left"), formats.dateTime(person.leftAt)]] as const)),
          ...(person.eraseAfter === null ? [] : ([[t("person.erased"), formats.dateTime(person.eraseAfter)]] as const)),
        ]}
      />
    </Card>
  );
}

function Credential({ person }: { person: PersonRow }): ReactNode {
  const { t, formats } = useWords();
  const { credential } = person;
  if (credential === null) {
    return (
      <Card title={t("person.credential")}>
        <p>{t("person.credential.none")}</p>
      </Card>
    );
  }
  return (
    <Card title={t("person.credential")}>
      <Facts
        facts={[
          [t("person.until"), formats.dateTime(credential.expiresAt)],
          [t("person.epoch"), formats.number(credential.epoch)],
          [
            t("people.where"),
            <a key="kiosk" className="plain-link" href={addressOfOne("/devices", credential.kiosk)}>
              {credential.kiosk}
            </a>,
          ],
          [t("person.face"), credential.face ? t("person.yes") : t("people.no-face")],
          [t("person.live"), credential.live ? t("person.yes") : t("person.no")],
          [
            t("person.quality"),
            credential.quality === null ? "–" : t("people.quality", { quality: credential.quality }),
          ],
        ]}
      />
      <p className="wk-muted">{t("person.template")}</p>
    </Card>
  );
}
