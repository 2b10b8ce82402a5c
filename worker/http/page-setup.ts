/** How a PSA that frames no pages is made to open ours. */
export interface PageSetup {
  /** The page, opened at nothing in particular. */
  address: string
  /** What to do with the address, one step each. */
  steps: string[]
  /** Links on records, which open the page at the record; empty where the PSA has none. */
  liveLinks: LiveLink[]
  /** For a dashboard; null where the PSA takes none. */
  widget: { html: string; steps: string[]; note: string } | null
}

interface LiveLink {
  name: string
  /** As the PSA calls the records on which the link appears. */
  entity: string
  /** With `{id}` where the record's id belongs. */
  url: string
  steps: string[]
}

export type Language = 'en' | 'de'

/**
 * @param origin of our page, e.g. `https://tallypod.example`
 * @see docs/vendors/autotask-screens.md
 */
export function pageSetup(
  kind: 'autotask' | 'tigerpaw',
  connection: string,
  origin: string,
  language: Language,
): PageSetup {
  const address = `${origin}/?connection=${encodeURIComponent(connection)}`
  const at = (entity: string) => `${address}&entity=${entity}&id={id}`
  const texts = words[language]
  if (kind === 'tigerpaw') {
    return { address, steps: texts.tigerpaw(at('account')), liveLinks: [], widget: null }
  }
  return {
    address,
    steps: texts.autotask,
    liveLinks: [
      {
        name: 'tallypod organization',
        entity: 'Organization',
        url: at('organization'),
        steps: texts.liveLink('Organization'),
      },
      {
        name: 'tallypod contract',
        entity: 'Contract',
        url: at('contract'),
        steps: texts.liveLink('Contract'),
      },
    ],
    widget: {
      html: `<a href="${address}" target="_blank" rel="noopener">${texts.open}</a>`,
      steps: texts.widget,
      note: texts.widgetNote,
    },
  }
}

/** What stands on the screens of a PSA is quoted as it stands there. */
const words = {
  en: {
    open: 'Open tallypod',
    autotask: [
      'Everybody can keep this address as a bookmark. LiveLinks open tallypod from the record itself.',
    ],
    tigerpaw: (account: string) => [
      'Keep this address as a bookmark in the browser, or as a shortcut beside Tigerpaw.',
      `Where you keep a web link with an account, this one opens tallypod on it; put the account number in the place of {id}: ${account}`,
    ],
    liveLink: (entity: string) => [
      'Open Admin > Automation > AutoForms & LiveLinks > LiveLinks Designer; older layouts have it under Extensions & Integrations. You need the right to administer LiveLinks.',
      `Create a LiveLink for the entity ${entity}, with a label such as “tallypod”, and this address as its URL.`,
      `Put the designer's variable for the ${entity} ID in the place of {id}: the internal number, not the name. To see what a variable sends, switch on “Run in debug mode” for a moment.`,
      'Tick “Active”, save, and publish it to the security levels, departments or people who are to see it.',
    ],
    widget: ['Add an HTML widget to a tab of your dashboard.', 'Paste this text as its content.'],
    widgetNote:
      'It is a plain link that opens a new tab: Autotask does not promise to show other pages inside a widget. On shared tabs it appears once Admin > System Settings > Site Setup allows HTML widgets there.',
  },
  de: {
    open: 'tallypod öffnen',
    autotask: [
      'Diese Adresse kann sich jeder als Lesezeichen merken. LiveLinks öffnen tallypod direkt vom Datensatz aus.',
    ],
    tigerpaw: (account: string) => [
      'Merken Sie sich diese Adresse als Lesezeichen im Browser oder als Verknüpfung neben Tigerpaw.',
      `Wo Sie bei einem Account einen Weblink ablegen, öffnet dieser tallypod bei ihm; an die Stelle von {id} gehört die Nummer des Accounts: ${account}`,
    ],
    liveLink: (entity: string) => [
      'Öffnen Sie Admin > Automation > AutoForms & LiveLinks > LiveLinks Designer; ältere Oberflächen haben ihn unter Extensions & Integrations. Sie brauchen das Recht, LiveLinks zu verwalten.',
      `Legen Sie einen LiveLink für die Entität ${entity} an, mit einer Beschriftung wie „tallypod“ und dieser Adresse als URL.`,
      `An die Stelle von {id} gehört die Variable des Designers für die ID von ${entity}: die interne Nummer, nicht der Name. Was eine Variable sendet, zeigt „Run in debug mode“, kurz eingeschaltet.`,
      'Haken Sie „Active“ an, speichern Sie, und veröffentlichen Sie ihn für die Sicherheitsstufen, Abteilungen oder Personen, die ihn sehen sollen.',
    ],
    widget: [
      'Fügen Sie einem Tab Ihres Dashboards ein HTML-Widget hinzu.',
      'Setzen Sie diesen Text als Inhalt ein.',
    ],
    widgetNote:
      'Das ist ein einfacher Link, der einen neuen Tab öffnet: Autotask verspricht nicht, in einem Widget andere Seiten zu zeigen. Auf geteilten Tabs erscheint er, sobald Admin > System Settings > Site Setup dort HTML-Widgets erlaubt.',
  },
}
