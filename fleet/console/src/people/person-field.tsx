import { type ReactNode, useId } from "react";
import { Field, hintOf } from "../parts/field.js";
import { OfferedInput } from "../parts/offered-input.js";
import { writeSearch } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { nameOf, PeopleAnswer, type PersonRow } from "./answers.js";

const OFFERED = 20;
/** Nobody is given anything any more. */
const GONE: ReadonlySet<string> = new Set(["left", "erased"]);

export interface NamedPerson {
  readonly offered: readonly PersonRow[];
  /** Whom the words name for certain, by staff id or as they were offered. */
  readonly person: PersonRow | null;
  readonly asking: boolean;
}

/** People of however many, searched by the site as somebody types a name, a number or a staff id. */
export function useNamedPerson(typed: string): NamedPerson {
  const staffId = typed.split(" · ").at(-1)?.trim() ?? "";
  const search = writeSearch({ search: staffId, limit: OFFERED });
  const { data, asking } = useAnswer({ topic: "people", path: `v1/staff${search}`, answer: PeopleAnswer });
  const offered = (data?.people ?? []).filter(({ standing }) => !GONE.has(standing));
  return { offered, person: offered.find((each) => each.staffId === staffId) ?? null, asking };
}

/** One person who works here; what is typed is said to be nobody once the site has answered. */
export function PersonField(props: {
  readonly label: string;
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly named: NamedPerson;
}): ReactNode {
  const { label, typed, onType, named } = props;
  const { t } = useWords();
  const id = useId();
  const isNobody = typed !== "" && !named.asking && named.offered.length === 0;
  return (
    <Field id={id} label={label} hint={t(isNobody ? "people.pick.nobody" : "people.pick.hint")}>
      <OfferedInput
        id={id}
        value={typed}
        maxLength={200}
        aria-describedby={hintOf(id)}
        offered={named.offered.map((each) => `${nameOf(each)} · ${each.staffId}`)}
        onType={onType}
      />
    </Field>
  );
}
