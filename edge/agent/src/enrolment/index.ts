export { Enrolment, type EnrolmentAnswer, type EnrolmentAsked, type EnrolmentPorts } from "./enrolment.js";
