/** Lower case without accents, for searching by any part of a name. */
export function searchKey(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Sorts names as people do: without case and accents, and 9 before 10. */
export function sortKey(name: string): string {
  return searchKey(name).replace(/\d+/g, (digits) => digits.padStart(12, '0'))
}

/**
 * What two names of one company have in common: letters and digits, without accents, punctuation and legal form. Empty
 * where nothing of it is left, as such a name says nothing.
 */
export function nameCore(name: string): string {
  const words = searchKey(name)
    .replace(/[ßæœøłđ]/g, (letter) => spelledOut[letter] ?? letter)
    .replace(/[&+]/g, ' and ')
    .replace(/(?<=\p{L})\.(?=\p{L})|['’`]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return ` ${words}`
    .replace(legalForm, '')
    .replace(/^ the /, ' ')
    .replace(/([aou])e/g, '$1')
    .replaceAll(' ', '')
}

/** Letters that are no accented form of another one. */
const spelledOut: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd' }

/** As it stands behind a name, once dots are gone; several may follow each other, as in GmbH & Co. KG. */
const legalForm = new RegExp(
  `(?: and| (?:${[
    'ltd|limited|plc|llp|llc|inc|incorporated|corp|corporation|co|company',
    'gmbh|ag|kg|ohg|gbr|ug|se|ev|eg|mbh|haftungsbeschrankt|kgaa',
    'sa|sas|sarl|srl|spa|bv|nv|ab|as|oy|oyj|aps|sl|slu|lda|pty|kft|zrt|doo|sro|sp z oo|sp zoo',
  ].join('|')}))+$`,
)

/** A company of a PSA that may be the one that a tenant belongs to. */
export interface Candidate {
  connection: string
  id: string
  name: string
  core: string
}

/**
 * The company whose name is the same for all that matters, or null: none where two fit equally well, on either side.
 *
 * @param tenantCores of every tenant of the same source that is not mapped yet, this one included
 * @param free companies that no tenant of the same source has
 */
export function suggestedCompany(core: string, tenantCores: string[], free: Candidate[]): Candidate | null {
  if (core === '' || tenantCores.filter((other) => other === core).length > 1) return null
  const fitting = free.filter((company) => company.core === core)
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}
