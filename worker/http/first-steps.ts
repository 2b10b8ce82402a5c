import { Hono } from 'hono'
import * as z from 'zod'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'

const StepsBody = z.object({
  kaspersky: z.boolean(),
  psa: z.boolean(),
  products: z.boolean(),
  companies: z.boolean(),
  dryRun: z.boolean(),
  billing: z.boolean(),
})

export const firstSteps = new Hono<AppEnv>().get(
  '/',
  describe({ summary: 'Which steps of setting up are done', answer: StepsBody }),
  async (c) => c.json(await c.var.deps.overview.steps()),
)
