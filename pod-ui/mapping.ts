import type { InferResponseType } from 'hono/client'
import { signal } from '@preact/signals'
import { api, answerOf } from './api.ts'
import { createDrafts } from './drafts.ts'
import { words } from './words/words.ts'

export type MappingRow = InferResponseType<typeof api.mappings.$get, 200>['items'][number]
export type Mapping = NonNullable<MappingRow['mapping']>

export const filters = ['all', 'not_mapped', 'billing_off', 'attention'] as const
export type Filter = (typeof filters)[number]

/** By the tenant's `connection/id`; null where it is mapped to nothing. */
export const mappingDrafts = createDrafts<Mapping | null>()

/** What the ids of changed rows are called, as the comboboxes showed them; for what the Worker did not name yet. */
const shownNames = signal(new Map<string, string>())

export function rememberName(kind: 'company' | 'agreement' | 'price_level', id: string, name: string): void {
  shownNames.value = new Map(shownNames.value).set(`${kind}/${id}`, name)
}

export function shownName(kind: 'company' | 'agreement' | 'price_level', id: string): string {
  return shownNames.value.get(`${kind}/${id}`) ?? `#${id}`
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
  return (await answerOf(api.mappings.$put({ json: { rows } }))).changes
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
