import { type ConnectionKind, connection, isPsa, isSource, type Person } from './configuration.ts'
import { type ConfigurationProblem, pathText } from './configuration-problem.ts'
import type { TicketCompany, TicketConnection } from './ticket-rules.ts'

/** A part of the document and where it stands. */
export interface Row<T> {
  path: (string | number)[]
  value: T
}

/** The document's connections by id; null where the kind can't be read, so that nothing more is said about it. */
export type ConnectionKinds = ReadonlyMap<string, ConnectionKind | null>

/** Reads ids and kinds even of connections that have other faults. */
export function connectionKinds(connections: unknown[]): ConnectionKinds {
  const kindOf = (text: unknown) => kinds.find((kind) => kind === text) ?? null
  return new Map(
    connections.flatMap((each) => {
      if (typeof each !== 'object' || each === null || !('id' in each) || typeof each.id !== 'string')
        return []
      return [[each.id, kindOf('kind' in each ? each.kind : null)] as const]
    }),
  )
}

const kinds = connection.options.map((option) => option.shape.kind.value)

export function problemAt(path: (string | number)[], code: string, message: string): ConfigurationProblem {
  return { path: pathText(path), code, message }
}

/** A connection that is named but not there, or that can't do what it is named for; empty where all is well. */
export function referenceProblems(
  path: (string | number)[],
  id: string,
  known: ConnectionKinds,
  purpose: 'source' | 'psa' | 'any',
): ConfigurationProblem[] {
  const kind = known.get(id)
  if (kind === undefined) {
    return [
      problemAt(path, 'unknown_connection', `There is no connection "${id}". Add it, or name another one.`),
    ]
  }
  if (kind === null) return []
  if (purpose === 'source' && !isSource(kind)) {
    return [
      problemAt(
        path,
        'connection_is_no_source',
        `"${id}" does not count licences. Name a Kaspersky connection.`,
      ),
    ]
  }
  if (purpose === 'psa' && !isPsa(kind)) {
    return [problemAt(path, 'connection_does_not_bill', `"${id}" does not bill. Name a connection to a PSA.`)]
  }
  return []
}

/** The rows whose key a row before them has as well. */
export function repeated<T>(rows: Row<T>[], keyOf: (value: T) => readonly string[]): Row<T>[] {
  const seen = new Set<string>()
  return rows.filter(({ value }) => {
    const key = JSON.stringify(keyOf(value))
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
}

export function peopleProblems(people: Row<Person>[], known: ConnectionKinds): ConfigurationProblem[] {
  return [
    ...people.flatMap(({ path, value }) =>
      referenceProblems([...path, 'connection'], value.connection, known, 'any'),
    ),
    ...repeated(people, (person) => [person.connection, person.member.toLowerCase()]).map(({ path }) =>
      problemAt(
        [...path, 'member'],
        'duplicate_person',
        'This person is listed already. Keep one row with one role.',
      ),
    ),
  ]
}

export function ticketProblems(
  connections: Row<TicketConnection>[],
  companies: Row<TicketCompany>[],
  known: ConnectionKinds,
): ConfigurationProblem[] {
  return [
    ...connections.flatMap(({ path, value }) =>
      referenceProblems([...path, 'connection'], value.connection, known, 'psa'),
    ),
    ...repeated(connections, ({ connection }) => [connection]).map(({ path }) =>
      problemAt(
        [...path, 'connection'],
        'duplicate_ticket_rules',
        'This connection has ticket rules already. Put all into one entry.',
      ),
    ),
    ...companies.flatMap(({ path, value }) =>
      referenceProblems([...path, 'company', 'connection'], value.company.connection, known, 'psa'),
    ),
    ...repeated(companies, ({ company }) => [company.connection, company.id]).map(({ path }) =>
      problemAt([...path, 'company'], 'duplicate_company', 'This company is listed already. Keep one row.'),
    ),
  ]
}
