import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { isPsa } from '../domain/configuration.ts'

/** Where the pod lies in the PSA. */
export const PlaceBody = z.object({
  connection: z.string(),
  screen: z.string().nullable(),
  company: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
})

/** What the address of a page of our own hints at; null where it names no PSA that is connected. */
export async function hintedPlace(
  deps: Deps,
  hint: { connection?: string | undefined; screen?: string | undefined; recordId?: string | undefined },
): Promise<z.output<typeof PlaceBody> | null> {
  if (hint.connection === undefined) return null
  const connection = await deps.configuration.connection(hint.connection)
  if (connection === null || !isPsa(connection.kind)) return null
  return placeOf(deps, connection.id, hint.screen, hint.recordId)
}

/** What the record of the screen means to us; no company where it is none of a company. */
export async function placeOf(
  deps: Deps,
  connection: string,
  screen: string | undefined,
  recordId: string | undefined,
): Promise<z.output<typeof PlaceBody>> {
  const id = recordId === undefined ? null : await companyOfRecord(deps, connection, screen ?? '', recordId)
  const names = id === null ? new Map<string, string>() : await deps.names.companies(connection, [id])
  return {
    connection,
    screen: screen ?? null,
    company: id === null ? null : { id, name: names.get(id) ?? null },
  }
}

async function companyOfRecord(
  deps: Deps,
  connection: string,
  screen: string,
  recordId: string,
): Promise<string | null> {
  switch (screen.toLowerCase()) {
    case 'company':
    case 'organization':
    case 'account':
      return recordId
    case 'agreement':
    case 'agreements':
    case 'contract':
      return (await deps.facts.agreements(connection, [recordId])).get(recordId)?.companyId ?? null
    default:
      return null
  }
}
