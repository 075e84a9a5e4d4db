import { WardkeyError } from "@wardkey/protocol";

/** A refusal whose result has been printed already: the command ends with the code for it and says no more. */
export class Reported extends WardkeyError {
  constructor(code: string) {
    super(code, "the result says it");
    this.name = "Reported";
  }
}
