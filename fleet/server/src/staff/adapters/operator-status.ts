/** The HTTP status of an operator who may not: the same for every act that needs one. */
export const OPERATOR_STATUS = {
  "operator-code-wrong": 403,
  "operator-without-right": 403,
  "operator-own-enrolment": 403,
  "operator-other-ward": 403,
  "second-operator-required": 403,
  "second-operator-same": 403,
} as const;
