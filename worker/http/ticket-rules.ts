import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { isSame } from '../domain/same-value.ts'
import { ticketCompany, ticketConnection } from '../domain/ticket-rules.ts'
import { wake } from '../jobs/wake.ts'
import { chainId } from '../storage/chains.ts'
import { editedMeanwhile } from './concurrent-edits.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { editConfiguration } from './edit-configuration.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const Rules = z.strictObject({ connections: z.array(ticketConnection), companies: z.array(ticketCompany) })

const RulesBody = z.object({
  connections: z.array(ticketConnection),
  companies: z.array(z.object({ ...ticketCompany.shape, name: z.string().nullable() })),
  /** Whom tickets about tallypod itself are for, where that was chosen. */
  ownCompanies: z.array(z.object({ connection: z.string(), id: z.string(), name: z.string().nullable() })),
  /** Rules that are skipped, and what to do about it. */
  problems: z.array(
    z.object({ connection: z.string(), rule: z.string(), message: z.string(), since: z.string() }),
  ),
})

export const ticketRules = new Hono<AppEnv>()
  .get(
    '/',
    describe({ summary: 'Which faults become tickets, and how they are filed', answer: RulesBody }),
    async (c) => c.json(await rulesBody(c.var.deps)),
  )
  .put(
    '/',
    describe({
      summary: 'Changes the ticket rules',
      description:
        'Refused where somebody else changed them since `before`. Tickets that waited are tried at once.',
      answer: RulesBody,
      refusals: [400, 409, 422],
    }),
    atLeast('administrator'),
    validate('json', z.strictObject({ before: Rules, after: Rules })),
    async (c) => {
      const { deps, principal } = c.var
      const { before, after } = c.req.valid('json')
      await editConfiguration(deps, principal.who, async ({ configuration }) => {
        const stored = configuration.tickets ?? { connections: [], companies: [] }
        if (!isSame(stored, before)) {
          const subjects = [...stored.connections, ...before.connections].map(
            ({ connection }) => `tickets ${connection}`,
          )
          throw await editedMeanwhile(deps, [{ key: 'tickets', subjects: [...new Set(subjects)], stored }])
        }
        return { document: { ...configuration, tickets: after }, at: 'tickets', as: 'after' }
      })
      for (const { connection } of after.connections) {
        await deps.ticketWork.hasten(connection)
        await wake(deps, chainId('bill', connection))
      }
      return c.json(await rulesBody(deps))
    },
  )

async function rulesBody(deps: Deps): Promise<z.output<typeof RulesBody>> {
  const { connections, companies } = await deps.configuration.ticketRules()
  const names = new Map(
    await Promise.all(
      connections.map(async ({ connection, health }) => {
        const ids = companies
          .filter(({ company }) => company.connection === connection)
          .map(({ company }) => company.id)
        const own = health.company === null ? [] : [health.company]
        return [connection, await deps.names.companies(connection, [...ids, ...own])] as const
      }),
    ),
  )
  const nameOf = (connection: string, id: string) => names.get(connection)?.get(id) ?? null
  return {
    connections,
    companies: companies.map((each) => ({ ...each, name: nameOf(each.company.connection, each.company.id) })),
    ownCompanies: connections.flatMap(({ connection, health: { company: id } }) =>
      id === null ? [] : [{ connection, id, name: nameOf(connection, id) }],
    ),
    problems: await deps.tickets.problems(),
  }
}
