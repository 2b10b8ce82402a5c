import type { InferResponseType } from 'hono/client'
import { signal } from '@preact/signals'
import { api, answerOf } from './api.ts'
import { conflictsOf, createDrafts } from './drafts.ts'
import { failureOf } from './failure.ts'
import { words } from './words/words.ts'

export type MappingRow = InferResponseType<typeof api.mappings.$get, 200>['items'][number]
export type Mapping = NonNullable<MappingRow['mapping']>

export const filters = ['all', 'not_mapped', 'billing_off', 'attention'] as const
export type Filter = (typeof filters)[number]

/** By the tenant's `connection/id`; null where it is mapped to nothing. */
export const mappingDrafts = createDrafts<Mapping | null>()

/** What the ids of changed rows are called, as the comboboxes showed them; for what the Worker did not name yet. */
const shownNames = signal(new Map<string, string>())

type Named = 'tenant' | 'company' | 'agreement'

interface Names {
  company: string | null
  agreement: string | null
}

/** Learns what rows name, so that it is known also where they are out of sight. */
export function rememberRows(
  rows: { tenant: { id: string; name: string }; mapping: Mapping | null; names: Names }[],
): void {
  remember(
    rows.flatMap(({ tenant, mapping, names }): Name[] => [
      ['tenant', tenant.id, tenant.name],
      ...namesOf(mapping, names),
    ]),
  )
}

export function rememberName(kind: Named, id: string, name: string): void {
  remember([[kind, id, name]])
}

export function shownName(kind: Named, id: string): string {
  return shownNames.value.get(`${kind}/${id}`) ?? `#${id}`
}

type Name = [kind: Named, id: string, name: string]

function remember(names: Name[]): void {
  shownNames.value = new Map([
    ...shownNames.value,
    ...names.map(([kind, id, name]) => [`${kind}/${id}`, name] as const),
  ])
}

function namesOf(mapping: Mapping | null, { company, agreement }: Names): Name[] {
  const names: Name[] = []
  if (mapping !== null && company !== null) names.push(['company', mapping.company.id, company])
  if (mapping?.agreementId != null && agreement !== null) {
    names.push(['agreement', mapping.agreementId, agreement])
  }
  return names
}

/** Of a tenant that was just given a company. */
export function newMapping(company: { connection: string; id: string; name: string }): Mapping {
  rememberName('company', company.id, company.name)
  return {
    company: { connection: company.connection, id: company.id },
    billing: false,
    agreementId: null,
    priceLevelId: null,
    manualQuantity: 'ask',
  }
}

/** Saves every changed row at once; settles with how many changed. */
export async function saveMappingDrafts(): Promise<number> {
  const rows = [...mappingDrafts.all.value].map(([tenant, { before, after }]) => ({ tenant, before, after }))
  try {
    return (await answerOf(api.mappings.$put({ json: { rows } }))).changes
  } catch (error) {
    for (const { stored, names } of conflictsOf<Mapping | null>(failureOf(error))) {
      if (names !== undefined) remember(namesOf(stored, names))
    }
    throw error
  }
}

/** A tenant by its `connection/id`. */
export function tenantText(id: string): string {
  return shownName('tenant', id)
}

/** A mapping in words, e.g. for the two sides of a conflict. */
export function mappingText(mapping: Mapping | null): string {
  if (mapping === null) return words.companies.notMapped
  const { company, agreementId, billing } = mapping
  return [
    shownName('company', company.id),
    agreementId === null ? words.companies.noAgreementChosen : shownName('agreement', agreementId),
    billing ? words.companies.billingIsOn : words.companies.billingIsOff,
  ].join(' · ')
}
