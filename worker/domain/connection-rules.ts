import type { Connection, ConnectionKind } from './configuration.ts'
import type { ConfigurationProblem } from './configuration-problem.ts'
import { problemAt, type Row, repeated } from './reference-rules.ts'

/** What is known of a connection that is stored already, without its secrets. */
export interface StoredConnection {
  kind: ConnectionKind
  baseUrl: string | null
  hasCredentials: boolean
  headerNames: string[]
}

export interface ConnectionRules {
  /** Why a vendor may not be called at an address, in words that follow "because"; null where it may. */
  addressProblem: (url: string) => string | null
}

/**
 * What is wrong with connections beyond their shape.
 *
 * Stored secrets were entered for one vendor at one address: where either changes they have to be entered again, so
 * that nobody can have them sent elsewhere.
 */
export function connectionProblems(
  connections: Row<Connection>[],
  stored: ReadonlyMap<string, StoredConnection>,
  rules: ConnectionRules,
): ConfigurationProblem[] {
  return [
    ...repeated(connections, ({ id }) => [id]).map(({ path }) =>
      problemAt(
        [...path, 'id'],
        'duplicate_connection',
        'Another connection has this id. Give each its own.',
      ),
    ),
    ...connections.flatMap((row) => [
      ...baseUrlProblems(row, rules),
      ...headerProblems(row),
      ...secretProblems(row, stored.get(row.value.id)),
    ]),
  ]
}

function baseUrlProblems({ path, value }: Row<Connection>, rules: ConnectionRules): ConfigurationProblem[] {
  if (value.baseUrl === null) return []
  const at = [...path, 'baseUrl']
  const why = rules.addressProblem(value.baseUrl)
  return [
    ...(why === null
      ? []
      : [problemAt(at, 'address_not_allowed', `This address is refused, because ${why}.`)]),
    ...(/[?#]/.test(value.baseUrl)
      ? [problemAt(at, 'address_with_query', 'Leave out what follows "?" or "#" in the address.')]
      : []),
  ]
}

/** Those that decide where a request goes, who sends it, or how its body is read. */
const ownHeaders = /^(host|cookie|authorization|connection|transfer-encoding|content-.*|x-ksc-.*)$/i

function headerProblems({ path, value }: Row<Connection>): ConfigurationProblem[] {
  const names = Object.keys(value.headers ?? {})
  const earlier = (name: string, index: number) =>
    names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase())

  return names.flatMap((name, index) => {
    const at = [...path, 'headers', name]
    return [
      ...(ownHeaders.test(name)
        ? [problemAt(at, 'header_not_allowed', 'This header is set by tallypod itself. Leave it out.')]
        : []),
      ...(earlier(name, index)
        ? [problemAt(at, 'duplicate_header', 'This header is given twice, in other letter case. Keep one.')]
        : []),
    ]
  })
}

function secretProblems(
  { path, value }: Row<Connection>,
  stored: StoredConnection | undefined,
): ConfigurationProblem[] {
  const moved =
    stored !== undefined && !(stored.kind === value.kind && sameAddress(stored.baseUrl, value.baseUrl))
  const keepsCredentials = value.credentials === undefined && stored?.hasCredentials === true
  const lacksCredentials = value.credentials === undefined && !keepsCredentials && value.kind !== 'hub'
  const keepsHeaders = value.headers === undefined && stored !== undefined && stored.headerNames.length > 0

  return [
    ...(lacksCredentials
      ? [
          problemAt(
            [...path, 'credentials'],
            'credentials_missing',
            'None are stored yet. Enter all credentials.',
          ),
        ]
      : []),
    ...(moved && keepsCredentials
      ? [
          problemAt(
            [...path, 'credentials'],
            'credentials_needed_again',
            'The kind or the address changed. Enter all credentials again.',
          ),
        ]
      : []),
    ...(moved && keepsHeaders
      ? [
          problemAt(
            [...path, 'headers'],
            'headers_needed_again',
            `The kind or the address changed. Enter the headers again (${stored.headerNames.join(', ')}), or {} for none.`,
          ),
        ]
      : []),
  ]
}

function sameAddress(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && URL.parse(one)?.href === URL.parse(other)?.href)
}
