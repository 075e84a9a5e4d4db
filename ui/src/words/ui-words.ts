import type { Catalogues } from "./catalogue.js";

/** The few words that belong to the components themselves. */
export const UI_WORDS = {
  en: {
    "ui.language": "Language",
    "ui.close": "Close",
    "ui.connecting": "Connecting…",
    "ui.lost": "Connection lost. Trying again…",
    "ui.refused": "This page’s key is no longer valid. Open the address that was printed at the start again.",
    "ui.incompatible": "This page does not understand the answer it got. Reload it.",
  },
  it: {
    "ui.language": "Lingua",
    "ui.close": "Chiudi",
    "ui.connecting": "Connessione in corso…",
    "ui.lost": "Connessione interrotta. Nuovo tentativo…",
    "ui.refused": "La chiave di questa pagina non è più valida. Riapri l’indirizzo stampato all’avvio.",
    "ui.incompatible": "Questa pagina non capisce la risposta ricevuta. Ricaricala.",
  },
  el: {
    "ui.language": "Γλώσσα",
    "ui.close": "Κλείσιμο",
    "ui.connecting": "Σύνδεση…",
    "ui.lost": "Η σύνδεση χάθηκε. Νέα προσπάθεια…",
    "ui.refused":
      "Το κλειδί αυτής της σελίδας δεν ισχύει πια. Ανοίξτε ξανά τη διεύθυνση που εμφανίστηκε στην εκκίνηση.",
    "ui.incompatible": "Αυτή η σελίδα δεν κατάλαβε την απάντηση. Φορτώστε την ξανά.",
  },
} as const satisfies Catalogues;

export type UiKey = keyof typeof UI_WORDS.en;
