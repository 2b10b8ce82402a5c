import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../domain/configuration-text.ts'
import { connectionKinds, referenceProblems } from '../domain/reference-rules.ts'
import { refreshDirectory } from '../jobs/directory.ts'
import { tenantParts } from '../storage/tenant-name.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid } from './errors.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const ChoiceBody = z.object({
  id: z.string(),
  name: z.string(),
  /** The other tenant of the same Kaspersky connection that has it. */
  takenBy: z.object({ id: z.string(), name: z.string() }).nullable(),
})

const ChoicesQuery = z.strictObject({
  connection: text,
  tenant: text,
  search: z.string().max(200).default(''),
  ...pageQuery(z.tuple([z.string(), z.string()])),
})

export const companyChoices = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Companies that a tenant can be mapped to, and who has them already',
    description: 'From a list that is at most a quarter of an hour old.',
    answer: PageBody(ChoiceBody),
    refusals: [422],
  }),
  atLeast('technician'),
  validate('query', ChoicesQuery),
  async (c) => {
    const { deps } = c.var
    const { connection, tenant, search, cursor, limit } = c.req.valid('query')
    const connections = await deps.configuration.connections()
    const source = tenantParts(tenant)?.connection ?? ''
    const kinds = connectionKinds(connections)
    const problems = [
      ...referenceProblems(['connection'], connection, kinds, 'psa'),
      ...referenceProblems(['tenant'], source, kinds, 'source'),
    ]
    if (problems.length > 0) throw invalid(problems)
    await refreshDirectory(
      deps,
      connections.filter(({ id }) => id === connection || id === source),
      (work) => c.executionCtx.waitUntil(work),
    )
    const rows = await deps.directory.companyChoices(connection, source, search, limit + 1, cursor ?? null)
    return c.json(
      page(
        rows,
        limit,
        ({ key }) => key,
        ({ id, name, takenBy }) => ({ id, name, takenBy: takenBy?.id === tenant ? null : takenBy }),
      ),
    )
  },
)
