import { assertNever } from "@wardkey/protocol";
import type { BreakGlassDesk } from "./downtime/index.js";
import type { CandidateSearch, Enrolment } from "./enrolment/index.js";
import type { LessonDesk, NudgeDesk } from "./nudge/index.js";
import type { PresenceSource } from "./presence/index.js";
import type { CommandAnswer, ScreenCommand } from "./screen/index.js";
import type { SessionRunner } from "./session/index.js";
import type { WaysDesk } from "./ways/index.js";

export interface Obeying {
  readonly runner: SessionRunner;
  readonly presence: Pick<PresenceSource, "input">;
  readonly enrolment: Enrolment;
  readonly candidates: CandidateSearch;
  readonly ways: WaysDesk;
  readonly breakGlass: BreakGlassDesk;
  readonly nudges: Pick<NudgeDesk, "dismiss">;
  readonly lessons: Pick<LessonDesk, "open" | "later" | "answer">;
}

/**
 * What the page may ask for. None of it can open anything by itself: it locks, pleads to stay, has somebody enrolled, or
 * brings what somebody typed, which the fleet judges.
 */
export function obey(
  command: ScreenCommand,
  { runner, presence, enrolment, candidates, ways, breakGlass, nudges, lessons }: Obeying,
): Promise<CommandAnswer> | CommandAnswer {
  switch (command.type) {
    case "stay":
    case "activity":
      presence.input();
      runner.send({ type: command.type });
      return { ok: true };
    case "procedure":
      runner.send(command);
      return { ok: true };
    case "lock-now":
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
    case "enter-code":
      return ways.enterCode(command.code);
    case "enter-pin":
      return ways.enterPin(command.of, command.pin);
    case "ways-phone":
      return ways.showPhone();
    case "ways-cancel":
      return ways.cancel();
    case "break-glass":
      return breakGlass.byCode(command.reason, command.code);
    case "break-glass-badges":
      return breakGlass.byBadges(command.reason);
    case "break-glass-cancel":
      return breakGlass.cancel();
    case "lock-was-wrong":
      return runner.lockWasWrong(command.lock) ? { ok: true } : { ok: false, code: "unknown-lock" };
    case "nudge-dismiss":
      return nudges.dismiss(command.nudge) ? { ok: true } : { ok: false, code: "no-nudge" };
    case "lesson-open":
      return lessons.open();
    case "lesson-later":
      return lessons.later();
    case "lesson-answers":
      return lessons.answer(command.answers);
    // What a page says of itself, and the screen server takes.
    case "covered":
    case "camera":
      return { ok: true };
    default:
      return assertNever(command);
  }
}
