import * as z from 'zod'
import {
  applicationMapping,
  type Configuration,
  companyMapping,
  configuration,
  connection,
  type Person,
  person,
} from './configuration.ts'
import { type ConfigurationProblem, shapeProblems } from './configuration-problem.ts'
import { mappingProblems, type ProductList, productProblems } from './configuration-rules.ts'
import { text } from './configuration-text.ts'
import { type ConnectionRules, connectionProblems, type StoredConnection } from './connection-rules.ts'
import { connectionKinds, peopleProblems, ticketProblems, type Row } from './reference-rules.ts'
import { type TicketRules, ticketCompany, ticketConnection } from './ticket-rules.ts'

export interface ConfigurationContext extends ConnectionRules {
  /** Whether an application is counted by category at all. */
  isSplit: (application: string) => boolean
  /** What is stored now and stays where the document leaves it out. */
  stored: {
    /** By id. */
    connections: ReadonlyMap<string, StoredConnection>
    people: Person[]
    tickets: TicketRules | null
  }
}

export type CheckedConfiguration =
  | { ok: true; configuration: Configuration }
  | { ok: false; problems: ConfigurationProblem[] }

/**
 * Checks a configuration document as it came from outside, with every problem at once: a row with a fault in its own
 * shape hides none in other rows.
 *
 * In the result, defaults are filled in; `people`, `tickets`, and a connection's `credentials` and `headers` are
 * absent where the stored ones stay. Stored people and tickets are checked against the new connections.
 */
export function checkConfiguration(input: unknown, context: ConfigurationContext): CheckedConfiguration {
  const shape = configuration.safeParse(input)
  const problems = [
    ...(shape.success ? [] : shapeProblems(shape.error.issues, input)),
    ...fitProblems(input, context),
  ]
  if (shape.success && problems.length === 0) return { ok: true, configuration: shape.data }
  return { ok: false, problems }
}

/** How the rows fit together, judged by those that can be read. */
function fitProblems(input: unknown, context: ConfigurationContext): ConfigurationProblem[] {
  const connections = rowsAt(input, ['connections'], connection)
  const kinds = connectionKinds(listAt(input, ['connections']))
  const people = has(input, 'people')
    ? rowsAt(input, ['people'], person)
    : rowsAt(context.stored, ['people'], person)
  const tickets = has(input, 'tickets') ? input : context.stored

  return [
    ...connectionProblems(connections, context.stored.connections, context),
    ...peopleProblems(people, kinds),
    ...ticketProblems(
      rowsAt(tickets, ['tickets', 'connections'], ticketConnection),
      rowsAt(tickets, ['tickets', 'companies'], ticketCompany),
      kinds,
    ),
    ...mappingProblems(rowsAt(input, ['companies'], companyMapping), kinds),
    ...productProblems(productLists(input), kinds, context.isSplit),
  ]
}

function productLists(input: unknown): Row<ProductList>[] {
  return rowsAt(input, ['products'], z.object({ connection: text })).map(({ path, value }) => ({
    path,
    value: { ...value, map: rowsAt(input, [...path, 'map'], applicationMapping) },
  }))
}

/** The rows of the list at `path` that have the right shape. */
function rowsAt<Schema extends z.ZodType>(
  input: unknown,
  path: (string | number)[],
  schema: Schema,
): Row<z.output<Schema>>[] {
  return listAt(input, path).flatMap((value, index) => {
    const result = schema.safeParse(value)
    return result.success ? [{ path: [...path, index], value: result.data }] : []
  })
}

/** Empty where there is no list. */
function listAt(input: unknown, path: (string | number)[]): unknown[] {
  const found = path.reduce<unknown>((value, step) => (has(value, step) ? value[step] : undefined), input)
  return Array.isArray(found) ? found : []
}

function has<Key extends string | number>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}
