import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { text } from '../domain/configuration-text.ts'
import { connectionKinds, referenceProblems } from '../domain/reference-rules.ts'
import type { Choice, ChoicePage, ChoiceQuery, Psa } from '../psa/port.ts'
import type { KnownName, NameKind } from '../storage/names.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid } from './errors.ts'
import { encoded, PageBody, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const ChoiceBody = z.object({ id: z.string(), name: z.string() })
const AgreementBody = ChoiceBody.extend({
  startDate: z.string().nullable(),
  endDate: z.string().nullable(),
  active: z.boolean(),
})

/** `company` narrows agreements; the other lists are the same for all companies. */
const ChoicesQuery = z.strictObject({
  connection: text,
  search: text.optional(),
  company: text.optional(),
  // The connection beside the PSA's own cursor, so that one PSA's place is never looked up in another.
  ...pageQuery(z.tuple([z.string(), z.string()])),
})
type Query = z.output<typeof ChoicesQuery>

export const companies = list(
  'Companies to choose from',
  ChoiceBody,
  (psa, query) => psa.companyChoices(query),
  null,
)

export const agreements = list(
  'Agreements to choose from',
  AgreementBody,
  (psa, query, company) => psa.agreementChoices({ ...query, companyId: company }),
  'agreement',
)

export const products = list(
  'Products to choose from',
  ChoiceBody,
  (psa, query) => psa.productChoices(query),
  'product',
)

export const priceLevels = list(
  'Price levels to choose from; none where the PSA has none',
  ChoiceBody,
  (psa, query) => psa.priceLevelChoices(query),
  'price_level',
)

function knownName(choice: Choice & { endDate?: string | null }): KnownName {
  return { id: choice.id, name: choice.name, endsOn: choice.endDate ?? null }
}

/** A list that a PSA is asked for, at most a minute old. */
function list<Item extends z.ZodType<Choice>>(
  summary: string,
  item: Item,
  ask: (psa: Psa, query: ChoiceQuery, company: string | null) => Promise<ChoicePage<z.output<Item>>>,
  /** What its names are remembered as; null where a list of its own has them. */
  kind: NameKind | null,
) {
  const body = PageBody(item)
  return new Hono<AppEnv>().get(
    '/',
    describe({ summary, answer: body, refusals: [422, 502, 503] }),
    atLeast('technician'),
    validate('query', ChoicesQuery),
    async (c) => {
      const { deps } = c.var
      const query = c.req.valid('query')
      await assertPsa(deps, query)
      const { connection, search = '', company = null, cursor, limit } = query
      const after = cursor?.[1] ?? null
      const version = await deps.configuration.version()
      const { items, nextCursor } = await deps.pickers.remembered(
        [summary, version, connection, search, company, after, limit],
        body,
        async () => {
          const { adapter } = await deps.psa(connection)
          const found = await ask(adapter, { search, cursor: after, limit }, company)
          if (kind !== null) await deps.names.learn(connection, kind, found.items.map(knownName))
          return found
        },
      )
      return c.json({ items, nextCursor: nextCursor === null ? null : encoded([connection, nextCursor]) })
    },
  )
}

async function assertPsa(deps: Deps, { connection, cursor }: Query): Promise<void> {
  const kinds = connectionKinds(await deps.configuration.connections())
  const problems = referenceProblems(['connection'], connection, kinds, 'psa')
  if (cursor !== undefined && cursor[0] !== connection) {
    problems.push({
      path: 'cursor',
      code: 'invalid_cursor',
      message: 'This cursor is from a list of another connection. Leave it out to begin anew.',
    })
  }
  if (problems.length > 0) throw invalid(problems)
}
