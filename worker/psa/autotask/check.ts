import * as z from 'zod'
import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { VendorError } from '../../vendor/error.ts'
import type { VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import { checked } from '../problems.ts'
import { isUsedUp, usedPercent } from './budget.ts'
import { type AutotaskClient, autotaskClient } from './client.ts'
import type { AutotaskConnection } from './connection.ts'
import { isMissingRight } from './failure.ts'
import { apiProblem, budgetUsed, notAutotask, userUnknown } from './problems.ts'
import { missingRight, rights } from './rights.ts'
import { askZone } from './zone.ts'

const VersionInformation = z.object({ apiVersions: z.array(z.string()) })

/**
 * Tries everything a run reads. Rights to add and edit contracts can't be tried without writing.
 *
 * @see docs/vendors/autotask.md, "Rights of the API user"
 */
export async function checkConnection(
  connection: AutotaskConnection,
  http: VendorHttp,
  memory: RootMemory,
): Promise<ConnectionCheck> {
  try {
    const zone = await askZone(connection, http)
    if (zone.kind === 'user_unknown') return checked([userUnknown])
    if (zone.kind === 'not_autotask') return checked([notAutotask(zone.why)])
    await memory.set(zone.apiRoot)
    const client = autotaskClient(connection, http, memory)
    const problems = await missingRights(client)
    const percent = await usedPercent(client)
    if (isUsedUp(percent)) problems.push(budgetUsed(percent))
    const version = await apiVersion(client)
    return { ...checked(problems), ...(version === null ? {} : { version }) }
  } catch (error) {
    if (error instanceof VendorError) return checked([apiProblem(error.failure, connection)])
    throw error
  }
}

async function missingRights(client: AutotaskClient): Promise<ConnectionProblem[]> {
  const problems: ConnectionProblem[] = []
  for (const right of rights) {
    try {
      await client.first(right.list, [{ op: 'gte', field: 'id', value: 0 }], 1)
    } catch (error) {
      if (!(error instanceof VendorError) || !isMissingRight(error.failure)) throw error
      problems.push({ code: 'right_missing', message: missingRight(right) })
    }
  }
  return problems
}

/** Null where it is not told, which is no fault of the connection. */
async function apiVersion(client: AutotaskClient): Promise<string | null> {
  try {
    const { apiVersions } = await client.get('/VersionInformation', VersionInformation)
    return apiVersions.at(-1) ?? null
  } catch (error) {
    if (error instanceof VendorError) return null
    throw error
  }
}
