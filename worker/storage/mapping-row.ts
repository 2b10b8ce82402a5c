import * as z from 'zod'
import type { CompanyMapping } from '../domain/configuration.ts'
import { flag } from './rows.ts'

/** What a tenant is mapped to. */
export type Mapping = Omit<CompanyMapping, 'tenant'>

/** Of `company_mapping`, with its `connection` as `psa`; all null where a tenant is not mapped. */
export const MappingColumns = z.object({
  psa: z.string().nullable(),
  company_id: z.string().nullable(),
  billing: flag.nullable(),
  agreement_id: z.string().nullable(),
  price_level_id: z.string().nullable(),
  manual_quantity: z.enum(['ask', 'overwrite', 'keep']).nullable(),
})

export function mappingOf(row: z.output<typeof MappingColumns>): Mapping | null {
  const { psa, company_id: id, billing, manual_quantity: manualQuantity } = row
  if (psa === null || id === null || billing === null || manualQuantity === null) return null
  return {
    company: { connection: psa, id },
    billing,
    agreementId: row.agreement_id,
    priceLevelId: row.price_level_id,
    manualQuantity,
  }
}
