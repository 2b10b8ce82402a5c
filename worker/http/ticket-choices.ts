import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../domain/configuration-text.ts'
import { connectionKinds, referenceProblems } from '../domain/reference-rules.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid } from './errors.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const ChoicesBody = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** Of a status: whether tickets in it are closed. Absent where the PSA does not tell. */
      closed: z.boolean().optional(),
    }),
  ),
})

const ChoicesQuery = z.strictObject({
  connection: text,
  list: z.enum(['board', 'status', 'type', 'priority', 'assignee']),
  /** Whose statuses and types are asked for. */
  board: text.optional(),
})

export const ticketChoices = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'What tickets can be filed under',
    description: 'Statuses and types are those of `board` where each board has its own.',
    answer: ChoicesBody,
    refusals: [422, 502, 503],
  }),
  atLeast('technician'),
  validate('query', ChoicesQuery),
  async (c) => {
    const { deps } = c.var
    const { connection, list, board = '' } = c.req.valid('query')
    const kinds = connectionKinds(await deps.configuration.connections())
    const problems = referenceProblems(['connection'], connection, kinds, 'psa')
    if (problems.length > 0) throw invalid(problems)
    const version = await deps.configuration.version()
    const found = await deps.pickers.remembered(
      ['ticket choices', version, connection, list, board],
      ChoicesBody,
      async () => {
        const { adapter } = await deps.psa(connection)
        return { items: await adapter.desk.choices(list, board) }
      },
    )
    return c.json(found)
  },
)
