import { announce } from '../components/announcer.tsx'
import { mappingDrafts, type MappingRow, missingIn, type Named, newMapping } from '../mapping.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'

/** What is done to all chosen rows at once; nothing is saved before *Save changes*. */
export function Bulk({
  rows,
  chosen,
  onDone,
}: {
  rows: MappingRow[]
  chosen: ReadonlySet<string>
  /** With why some were left as they are; empty where none were. */
  onDone: (skipped: string) => void
}) {
  const own = rows.filter(({ tenant }) => chosen.has(tenant.id))
  const suggested = own.filter(({ tenant, mapping, suggestion }) => {
    return suggestion !== null && mappingDrafts.of(tenant.id, mapping) === null
  })
  const setBilling = (on: boolean) => {
    let skipped = 0
    const missing = new Set<string>()
    for (const { tenant, mapping } of own) {
      const now = mappingDrafts.of(tenant.id, mapping)
      const lacks = on || now === null ? missingIn(now) : []
      if (now !== null && lacks.length === 0) {
        mappingDrafts.change(tenant.id, mapping, { ...now, billing: on })
        continue
      }
      skipped++
      for (const kind of lacks) missing.add(nounOf(kind, now?.company.connection))
    }
    const left = skipped === 0 ? '' : words.companies.skipped(skipped, [...missing].join(', '))
    announce(left || words.companies.done)
    onDone(left)
  }
  const accept = () => {
    for (const { tenant, mapping, suggestion } of suggested) {
      if (suggestion !== null) mappingDrafts.change(tenant.id, mapping, newMapping(suggestion))
    }
    onDone('')
  }
  if (own.length === 0) return null
  return (
    <div class="toolbar notice">
      <p>{words.companies.chosen(own.length)}</p>
      <button type="button" onClick={() => setBilling(true)}>
        {words.companies.billingOn}
      </button>
      <button type="button" onClick={() => setBilling(false)}>
        {words.companies.billingOff}
      </button>
      <button type="button" disabled={suggested.length === 0} onClick={accept}>
        {words.companies.acceptSuggestions(suggested.length)}
      </button>
    </div>
  )
}

function nounOf(kind: Named, connection: string | undefined): string {
  const psa = psaWords(connection)
  switch (kind) {
    case 'company':
      return psa.companyNoun
    case 'agreement':
      return psa.agreement
    case 'priceLevel':
      return words.companies.priceLevel
  }
}
