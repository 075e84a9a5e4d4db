export { type CandidatePorts, CandidateSearch, type CandidatesAnswer } from "./candidate-search.js";
export { Enrolment, type EnrolmentAnswer, type EnrolmentAsked, type EnrolmentPorts } from "./enrolment.js";
