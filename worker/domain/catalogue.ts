import { type Application, applications } from './applications.ts'

export type { Application } from './applications.ts'

/**
 * The application that a licence of this name is for; the key of an application is a name of it as well.
 *
 * A licence belongs to the application of the catalogue whose name is found in it, provided that all else in it is
 * about how it was sold; so "… Cloud Plus" is never taken for "… Cloud". Any other word may make another product of
 * it, and the licence is an application of its own: seen as unbilled use, never billed at another product's price.
 */
export function applicationOf(licenceName: string): Application {
  const cleaned = cleanedName(licenceName)
  const words = wordsOf(cleaned)
  const text = ` ${words.join(' ')} `

  if (text.includes(' hybrid cloud security ') && wordsOf(licenceName).some((word) => coreWords.has(word))) {
    return perCore(cleaned, words)
  }
  for (const { application, phrase, soldAsAddOn } of phrases) {
    const rest = wordsBeside(text, phrase)
    if (rest === null) continue
    if (rest.every((word) => isAboutTheSale(word))) return application
    if (soldAsAddOn && isAddOn(rest)) return application
  }
  return {
    key: words.join('-') || 'unnamed-licence',
    name: cleaned || 'Licence without a name',
    unit: 'device',
    split: true,
  }
}

/** Whether three products, one for each category, may be mapped to this application. */
export function isSplit(applicationKey: string): boolean {
  return applicationOf(applicationKey).split
}

/** The licence's name without edition, number of nodes and term. */
export function cleanedName(licenceName: string): string {
  const name = ` ${licenceName.replace(/\s+/g, ' ').trim()} `
  const at = name.search(saleBegins)
  const kept = at > 0 ? name.slice(0, at) : name
  return kept.replace(/[\s.,;:–—-]+$/u, '').trim()
}

/**
 * Lower-case words of letters `a` to `z` and digits, without punctuation, dashes and trademark signs. Letters of other
 * alphabets become their numbers, so that two names stay two.
 */
function wordsOf(name: string): string[] {
  return name
    .replace(/[™®©℠]|\((?:tm|r|c|sm)\)/giu, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/(?<![\d\s])\+/g, ' plus ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/[^a-z0-9 ]/gu, (letter) => `u${letter.codePointAt(0)?.toString(16)}`)
    .split(' ')
    .filter((word) => word !== '')
}

/** Licensed by processors or cores, whose number no list of devices tells. */
function perCore(cleaned: string, words: string[]): Application {
  const saysSo = words.some((word) => coreWords.has(word))
  return {
    key: [...words, ...(saysSo ? [] : ['core'])].join('-'),
    name: saysSo ? cleaned : `${cleaned}, per core`,
    unit: 'core',
    split: false,
  }
}

/** The words around `phrase`, or null where it does not occur. */
function wordsBeside(text: string, phrase: string): string[] | null {
  const at = text.indexOf(` ${phrase} `)
  if (at < 0) return null
  return `${text.slice(0, at)} ${text.slice(at + phrase.length + 1)}`.split(' ').filter((word) => word !== '')
}

function isAboutTheSale(word: string): boolean {
  return saleWords.has(word) || /^\d+$/.test(word)
}

function isAddOn(rest: string[]): boolean {
  const text = ` ${rest.join(' ')} `
  return (
    (text.includes(' add on ') || text.includes(' addon ')) &&
    rest.every((word) => addOnWords.has(word) || isAboutTheSale(word))
  )
}

const saleBegins =
  / european| international| worldwide| \d+[-–]\d+ | base | renewal | cross-grade | msp | licen[sc]e/i

const coreWords = new Set(['cpu', 'cpus', 'core', 'cores'])

const addOnWords = new Set(
  'add on addon to for with endpoint security business select advanced total'.split(' '),
)

const saleWords = new Set(
  [
    'kaspersky lab edition editions per node nodes device devices user users mailbox mailboxes',
    'day days month months monthly year years yearly annual annually subscription commercial',
    'trial demo beta test oem nfr educational education governmental government public sector',
    'base renewal cross grade crossgrade msp xsp licence licences license licenses',
    'european europe international worldwide global emea cis dach uk us usa',
    'north south latin central america american middle east eastern western africa african asia asian pacific',
    'brazilian russian japanese turkish indian chinese ukrainian german french italian spanish nordic baltic',
  ]
    .join(' ')
    .split(' '),
)

const phrases = applications.flatMap(({ aliases, soldAsAddOn = false, ...application }) =>
  [application.key.replaceAll('-', ' '), ...aliases].map((phrase) => ({ application, phrase, soldAsAddOn })),
)
