import type { InferResponseType } from 'hono/client'
import { signal } from '@preact/signals'
import { api, answerOf } from './api.ts'
import { conflictsOf, createDrafts } from './drafts.ts'
import { failureOf } from './failure.ts'
import { hasPriceLevels } from './psa.ts'
import { psaWords } from './words/psa.ts'
import { words } from './words/words.ts'

export type MappingRow = InferResponseType<typeof api.mappings.$get, 200>['items'][number]
export type Mapping = NonNullable<MappingRow['mapping']>

export const filters = ['all', 'not_mapped', 'billing_off', 'attention'] as const
export type Filter = (typeof filters)[number]

/** By the tenant's `connection/id`; null where it is mapped to nothing. */
export const mappingDrafts = createDrafts<Mapping | null>()

/**
 * What the ids of changed rows are called, as the comboboxes showed them; for what the Worker did not name yet. By kind,
 * connection and id: two PSAs may use the same ids.
 */
const shownNames = signal(new Map<string, string>())

export type Named = 'company' | 'agreement' | 'priceLevel'

/** Of what a mapping names; null where nobody knows. */
export type Names = MappingRow['names']

/** Learns what rows name, so that it is known also where they are out of sight. */
export function rememberRows(
  rows: { tenant: { id: string; name: string }; mapping: Mapping | null; names: Names }[],
): void {
  remember(
    rows.flatMap(({ tenant, mapping, names }): Name[] => [
      [`tenant/${tenant.id}`, tenant.name],
      ...namesOf(mapping, names),
    ]),
  )
}

export function rememberName(
  kind: Named,
  connection: string,
  { id, name }: { id: string; name: string },
): void {
  remember([[`${kind}/${connection}/${id}`, name]])
}

export function shownName(kind: Named, connection: string, id: string): string {
  return shownNames.value.get(`${kind}/${connection}/${id}`) ?? `#${id}`
}

type Name = [key: string, name: string]

function remember(names: Name[]): void {
  shownNames.value = new Map([...shownNames.value, ...names])
}

function namesOf(mapping: Mapping | null, names: Names): Name[] {
  if (mapping === null) return []
  const { company, agreementId, priceLevelId } = mapping
  const ids = { company: company.id, agreement: agreementId, priceLevel: priceLevelId }
  return (['company', 'agreement', 'priceLevel'] as const).flatMap((kind) => {
    const name = names[kind]
    return name === null || ids[kind] === null ? [] : [[`${kind}/${company.connection}/${ids[kind]}`, name]]
  })
}

/** What billing needs and the mapping does not have yet. */
export function missingIn(mapping: Mapping | null): Named[] {
  if (mapping === null) return ['company']
  const { company, agreementId, priceLevelId } = mapping
  return [
    ...(agreementId === null ? (['agreement'] as const) : []),
    ...(priceLevelId === null && hasPriceLevels(company.connection) ? (['priceLevel'] as const) : []),
  ]
}

/** Of a tenant that was just given a company. */
export function newMapping(company: { connection: string; id: string; name: string }): Mapping {
  rememberName('company', company.connection, company)
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
  return shownNames.value.get(`tenant/${id}`) ?? `#${id}`
}

/** A mapping in words, e.g. for the two sides of a conflict. */
export function mappingText(mapping: Mapping | null): string {
  if (mapping === null) return words.companies.notMapped
  const { company, agreementId, priceLevelId, billing } = mapping
  const { connection } = company
  return [
    shownName('company', connection, company.id),
    agreementId === null
      ? words.companies.noAgreementChosen(psaWords(connection).agreement)
      : shownName('agreement', connection, agreementId),
    ...(priceLevelId === null ? [] : [shownName('priceLevel', connection, priceLevelId)]),
    billing ? words.companies.billingIsOn : words.companies.billingIsOff,
  ].join(' · ')
}
