import type { Deps } from '../deps.ts'
import { type Connection, isSource } from '../domain/configuration.ts'
import type { Choice, Psa } from '../psa/port.ts'
import { describeFailure, VendorError } from '../vendor/error.ts'

/** A list that is older is read again, in milliseconds. */
const freshMs = 15 * 60_000

/** More companies than this are not read. */
const mostPages = 200

/**
 * Brings the lists of tenants and companies up to date: at once what nobody tried to read yet, and by `later` what is
 * old or failed. What can't be reached leaves the list as it was, with a problem.
 *
 * @param retry somebody waits for what failed
 */
export async function refreshDirectory(
  deps: Deps,
  connections: Connection[],
  later: (work: Promise<void>) => void,
  retry = false,
): Promise<void> {
  const states = await deps.directory.states()
  const oldest = new Date(deps.now().getTime() - freshMs).toISOString()
  const isTried = ({ id }: Connection) => {
    const state = states.get(id)
    if (state === undefined) return false
    return state.problem === null ? state.readAt !== null : !retry
  }
  const isFresh = ({ id }: Connection) => (states.get(id)?.readAt ?? '') > oldest

  for (const connection of connections) {
    if (isTried(connection) && !isFresh(connection)) later(readList(deps, connection))
  }
  await Promise.all(
    connections.filter((one) => !isTried(one)).map((connection) => readList(deps, connection)),
  )
}

async function readList(deps: Deps, connection: Connection): Promise<void> {
  if (!(await deps.directory.claim(connection.id, deps.now().getTime()))) return
  try {
    const at = deps.now().toISOString()
    if (isSource(connection.kind)) {
      const { adapter } = await deps.source(connection.id)
      await deps.directory.saveTenants(connection.id, await adapter.tenants(), at)
    } else {
      const { adapter } = await deps.psa(connection.id)
      await deps.directory.saveCompanies(connection.id, await allCompanies(adapter, connection.name), at)
    }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    await deps.directory.failed(connection.id, {
      code: `vendor_${error.failure.kind}`,
      message: `${connection.name}: ${describeFailure(error.failure)}.`,
    })
  }
}

async function allCompanies(psa: Psa, name: string): Promise<Choice[]> {
  const companies: Choice[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < mostPages; pages++) {
    const page: Awaited<ReturnType<Psa['companyChoices']>> = await psa.companyChoices({
      search: '',
      cursor,
      limit: 1000,
    })
    companies.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) return companies
  }
  throw new VendorError(name, { kind: 'unexpected_reply', issues: 'the list of companies does not end' })
}
