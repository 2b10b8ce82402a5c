import * as z from 'zod'
import { applicationMapping } from '../domain/configuration.ts'
import { text } from '../domain/configuration-text.ts'

export const Products = applicationMapping.omit({ application: true })

/** What stands for an application that has no products. */
export const noProducts = { all: null, workstation: null, server: null, other: null }

export const ProductEdits = z.strictObject({
  connection: text,
  billByCategory: z.strictObject({ before: z.boolean(), after: z.boolean() }).optional(),
  rows: z
    .array(
      z.strictObject({
        application: applicationMapping.shape.application,
        before: Products,
        after: Products,
      }),
    )
    .max(1000),
})
