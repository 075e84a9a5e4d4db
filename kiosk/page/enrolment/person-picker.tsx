import { Button, TextField } from "@wardkey/ui";
import { Search, UserRound } from "@wardkey/ui/icons";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWords } from "../words.js";
import type { Candidate, CandidateSearch } from "./use-candidates.js";

export interface PersonPickerProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly candidates: CandidateSearch;
  readonly ready: boolean;
  /** The search is what was asked for, not what came with a choice: it takes the focus. */
  readonly wanted: boolean;
  readonly person: Candidate | null;
  readonly onPerson: (person: Candidate | null) => void;
}

/** Finds somebody in the hospital's records: a search, at most ten people as large buttons, then the chosen one alone. */
export function PersonPicker(props: PersonPickerProps): ReactNode {
  const { search, onSearch, candidates, ready, wanted, person, onPerson } = props;
  const { t } = useWords();
  const [again, setAgain] = useState(false);
  const other = () => {
    setAgain(true);
    onPerson(null);
  };
  const field = useRef<HTMLDivElement>(null);
  const { found } = candidates;
  // The people come below the search: there is room for more of them when it moves up.
  useEffect(() => {
    if (found !== null) field.current?.scrollIntoView({ block: "start" });
  }, [found]);
  if (person !== null) return <Chosen person={person} onOther={other} />;
  return (
    <>
      <div className="enrol-search" ref={field}>
        <TextField
          label={t("enrol.search")}
          value={search}
          onChange={onSearch}
          maxLength={80}
          autoComplete="off"
          autoFocus={again || wanted}
        />
        <Button type="submit" icon={<Search size={22} aria-hidden />} isDisabled={!ready}>
          {candidates.underWay ? t("enrol.search.under-way") : t("enrol.search.go")}
        </Button>
      </div>
      {found === null || found.people.length === 0 ? null : (
        <ul className="enrol-candidates" aria-label={t("enrol.found")}>
          {found.people.map((each) => (
            <li key={each.staffId}>
              <Button className="enrol-candidate" onPress={() => onPerson(each)}>
                <PersonWords person={each} />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Chosen({ person, onOther }: { person: Candidate; onOther: () => void }): ReactNode {
  const { t } = useWords();
  const group = useRef<HTMLFieldSetElement>(null);
  // The button that was pressed has gone: without this the keyboard would start again at the top.
  useEffect(() => group.current?.focus(), []);
  return (
    <fieldset className="enrol-person" aria-label={t("enrol.person")} tabIndex={-1} ref={group}>
      <UserRound size={32} strokeWidth={1.75} aria-hidden />
      <p className="enrol-person-words">
        <PersonWords person={person} />
      </p>
      <Button onPress={onOther}>{t("enrol.person.other")}</Button>
    </fieldset>
  );
}

function PersonWords({ person }: { person: Candidate }): ReactNode {
  const { t } = useWords();
  const { givenName, familyName, role, wards, epoch, staffId } = person;
  const phone = epoch === 0 ? t("enrol.found.no-phone") : t("enrol.found.phone");
  return (
    <>
      <span className="enrol-candidate-name">{`${givenName} ${familyName}`.trim()}</span>{" "}
      <span className="enrol-candidate-facts">
        {[role, wards.join(", "), phone, staffId].filter((fact) => fact !== "").join(" · ")}
      </span>
    </>
  );
}
