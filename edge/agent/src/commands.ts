import { assertNever } from "@wardkey/protocol";
import type { CandidateSearch, Enrolment } from "./enrolment/index.js";
import type { CommandAnswer, ScreenCommand } from "./screen/index.js";
import type { SessionRunner } from "./session/index.js";

/** What the page may ask for. None of it can open anything: it locks, pleads to stay, or has somebody enrolled. */
export function obey(
  command: ScreenCommand,
  { runner, enrolment, candidates }: { runner: SessionRunner; enrolment: Enrolment; candidates: CandidateSearch },
): Promise<CommandAnswer> | CommandAnswer {
  switch (command.type) {
    case "lock-now":
    case "stay":
    case "activity":
      runner.send({ type: command.type });
      return { ok: true };
    case "enrol-begin": {
      const { type, ...asked } = command;
      return enrolment.begin(asked);
    }
    case "enrol-search": {
      const { type, ...asked } = command;
      return candidates.find(asked);
    }
    case "enrol-codes":
      return enrolment.codes(command.agree);
    case "enrol-cancel":
      return enrolment.cancel();
    case "camera":
      return { ok: true };
    default:
      return assertNever(command);
  }
}
