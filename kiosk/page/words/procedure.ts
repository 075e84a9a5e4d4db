/** What may put off a lock: beside the page's other words. */
export const en = {
  "procedure.running": "Procedure running",
  "procedure.left": "{{left}} left",
  "procedure.most": "for {{minutes}} min at most",
} as const;

export const it = {
  "procedure.running": "Procedura in corso",
  "procedure.left": "ancora {{left}}",
  "procedure.most": "per {{minutes}} min al massimo",
} as const;

export const el = {
  "procedure.running": "Διαδικασία σε εξέλιξη",
  "procedure.left": "απομένουν {{left}}",
  "procedure.most": "έως {{minutes}} λεπτά",
} as const;
