import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { Combobox, type Options } from '../components/combobox.tsx'
import { newMapping } from '../mapping.ts'
import { tenantKindText, tenantWords } from '../words/tenants.ts'
import { words } from '../words/words.ts'

/** Maps a tenant to the company on whose screen the pod is. */
export function MapHere({
  connection,
  company,
  onMapped,
}: {
  connection: string
  company: { id: string; name: string | null }
  onMapped: () => void
}) {
  const [tenant, setTenant] = useState<{ id: string; name: string } | null>(null)
  const name = company.name ?? `#${company.id}`

  async function map(): Promise<void> {
    if (tenant === null) return
    const after = newMapping({ connection, id: company.id, name })
    await answerOf(api.mappings.$put({ json: { rows: [{ tenant: tenant.id, before: null, after }] } }))
    onMapped()
  }
  return (
    <div class="empty">
      <p>{words.company.mapHere(name, tenantWords().one)}</p>
      <Combobox
        label={tenantWords().title}
        value={tenant}
        search={unmapped}
        onChoose={setTenant}
        onClear={() => setTenant(null)}
      />
      <Action run={map} primary disabled={tenant === null}>
        {words.company.map}
      </Action>
    </div>
  )
}

async function unmapped(search: string, signal: AbortSignal): Promise<Options> {
  const query = { search, filter: 'not_mapped' as const, limit: '50' }
  const found = await answerOf(api.mappings.$get({ query }, { init: { signal } }))
  return {
    more: found.nextCursor !== null,
    items: found.items.map(({ tenant: { id, name, kind } }) => ({ id, name, note: tenantKindText(kind) })),
  }
}
