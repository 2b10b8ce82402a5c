import * as z from 'zod'
import { MappingBody } from '../../worker/http/mapping-edits.ts'
import type { Api } from './api.ts'
import type { Customer } from './customer.ts'

const Noted = z.object({ code: z.string(), message: z.string().min(20) })
const List = z.object({
  connection: z.string(),
  name: z.string(),
  kind: z.string(),
  readAt: z.string().nullable(),
  problem: Noted.nullable(),
})
const Mappings = z.strictObject({
  items: z.array(
    z.strictObject({
      tenant: z.object({ id: z.string(), name: z.string(), gone: z.boolean() }),
      mapping: MappingBody.nullable(),
      names: z.object({
        company: z.string().nullable(),
        agreement: z.string().nullable(),
        priceLevel: z.string().nullable(),
      }),
      agreementEndsOn: z.string().nullable(),
      suggestion: z.object({ connection: z.string(), id: z.string(), name: z.string() }).nullable(),
      attention: z.array(Noted),
    }),
  ),
  nextCursor: z.string().nullable(),
  total: z.number(),
  kinds: z.array(z.string()),
  sources: z.array(List),
  psas: z.array(List),
})

export type MappingList = z.output<typeof Mappings>

/** A page of the mapping. */
export async function mappingList(api: Api, query = ''): Promise<MappingList> {
  const answer = await api.get(`/api/mappings${query}`)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return Mappings.parse(answer.body)
}

/** A customer's mapping as rows hold it. */
export function mapped({ mapping: { tenant: _, ...mapping } }: Customer, more: object = {}) {
  return { ...mapping, priceLevelId: null, ...more }
}
