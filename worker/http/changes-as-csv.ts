import type { Deps } from '../deps.ts'
import type { ChangeFilter } from '../storage/changes.ts'
import { changeBody } from './change-body.ts'
import { withNames } from './names.ts'

const pieceSize = 500

/** Changes for a spreadsheet, in words, a piece at a time. */
export async function* changesAsCsv(deps: Deps, filter: ChangeFilter): AsyncGenerator<(string | number)[][]> {
  yield [
    [
      'company',
      'agreement',
      'product',
      'from',
      'to',
      'difference',
      'state',
      'reason',
      'applications',
      'tenants',
      'units',
    ],
  ]
  let after: { createdAt: string; id: string } | null = null
  for (;;) {
    const changes = await deps.changes.list(filter, pieceSize, after)
    const named = await withNames(deps, changes.map(changeBody))
    yield named.map((change) => [
      change.names.company ?? change.companyId,
      change.names.agreement ?? change.agreementId,
      change.names.product ?? change.productId,
      change.from,
      change.to,
      change.to - change.from,
      change.state,
      change.reason ?? '',
      change.applications.map((key) => change.names.applications[key] ?? key).join('; '),
      change.tenants.map((id) => change.names.tenants[id] ?? id).join('; '),
      change.names.units.join('; '),
    ])
    const last = changes.at(-1)
    if (last === undefined || changes.length < pieceSize) return
    after = { createdAt: last.createdAt, id: last.id }
  }
}
