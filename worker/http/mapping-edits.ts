import * as z from 'zod'
import { companyMapping } from '../domain/configuration.ts'

/** What a tenant is mapped to. */
export const MappingBody = companyMapping.omit({ tenant: true })

export const MappingEdits = z.strictObject({
  rows: z
    .array(
      z.strictObject({
        /** `connection/id`. */
        tenant: z.string(),
        before: MappingBody.nullable(),
        after: MappingBody.nullable(),
      }),
    )
    .min(1)
    .max(10_000),
})

export type MappingEdit = z.output<typeof MappingEdits>['rows'][number]
