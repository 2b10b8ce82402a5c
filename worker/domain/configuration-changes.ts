import type { Configuration, Connection } from './configuration.ts'
import { isSame } from './same-value.ts'

/** One thing that a save changed. Never holds a credential or the value of a header. */
export interface ConfigurationChange {
  /** What kind of thing and which one, e.g. `connection cw`, `company ksc/4f0c`, `product cw/edr-optimum`. */
  subject: string
  /** Null where it is new. */
  before: unknown
  /** Null where it is gone. */
  after: unknown
}

/**
 * What a save changes, each thing on its own; empty where it changes nothing. The order of rows means nothing.
 *
 * `after` may leave out `people`, `tickets`, credentials and headers: those stay. Secrets that are given count as
 * replaced unless `before` has the very same ones.
 *
 * @param before what is stored; null before the first save
 * @param hasCredentials whether any are stored, so that taking them away is a change
 */
export function changesBetween(
  before: Configuration | null,
  after: Configuration,
  hasCredentials: (connectionId: string) => boolean = () => false,
): ConfigurationChange[] {
  const kept = {
    ...(before?.people === undefined ? {} : { people: before.people }),
    ...(before?.tickets === undefined ? {} : { tickets: before.tickets }),
  }
  const former = new Map(before?.connections.map((each) => [each.id, each]))
  const was = new Map(before === null ? [] : subjectsOf(before, () => ({})))
  const is = new Map(
    subjectsOf({ ...kept, ...after }, (each) => ({
      ...replacedSecrets(former.get(each.id), each),
      ...(each.credentials === null && hasCredentials(each.id) ? { credentials: 'removed' } : {}),
    })),
  )

  return [...new Set([...was.keys(), ...is.keys()])]
    .map((subject) => ({ subject, before: was.get(subject) ?? null, after: is.get(subject) ?? null }))
    .filter((change) => !isSame(change.before, change.after))
}

type Subject = [subject: string, value: unknown]

interface ReplacedSecrets {
  credentials?: 'replaced' | 'removed'
  headers?: 'replaced'
}

function subjectsOf(
  { settings, connections, people, tickets, companies, products }: Configuration,
  secretsOf: (connection: Connection) => ReplacedSecrets,
): Subject[] {
  return [
    ...Object.entries(settings).map(([name, value]): Subject => [`setting ${name}`, value]),
    ...connections.map((each): Subject => {
      const { credentials: _, headers: __, ...open } = each
      return [`connection ${each.id}`, { ...open, ...secretsOf(each) }]
    }),
    ...(people ?? []).map((each): Subject => [`person ${each.connection}/${each.member}`, each]),
    ...companies.map((each): Subject => [`company ${each.tenant.connection}/${each.tenant.id}`, each]),
    ...products.flatMap(({ connection, billByCategory, map }): Subject[] => [
      [`billByCategory ${connection}`, billByCategory],
      ...map.map((each): Subject => [`product ${connection}/${each.application}`, each]),
    ]),
    ...(tickets?.connections ?? []).map((each): Subject => [`tickets ${each.connection}`, each]),
    ...(tickets?.companies ?? []).map(
      (each): Subject => [`tickets of company ${each.company.connection}/${each.company.id}`, each],
    ),
  ]
}

function replacedSecrets(before: Connection | undefined, after: Connection): ReplacedSecrets {
  const formerHeaders = before === undefined ? {} : before.headers
  const newCredentials = after.credentials != null && !isSame(after.credentials, before?.credentials)
  const newHeaders = after.headers !== undefined && !isSame(after.headers, formerHeaders)
  return {
    ...(newCredentials ? { credentials: 'replaced' } : {}),
    ...(newHeaders ? { headers: 'replaced' } : {}),
  }
}
