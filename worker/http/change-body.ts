import * as z from 'zod'
import { approvableReasons, changeStates, structuralReasons, waitReasons } from '../domain/change.ts'
import type { Change } from '../storage/changes.ts'
import { Names, usesOf } from './names.ts'

/** A change as it is answered. */
export const ChangeBody = z.object({
  id: z.string(),
  connection: z.string(),
  companyId: z.string(),
  agreementId: z.string(),
  lineId: z.string().nullable(),
  productId: z.string(),
  kind: z.enum(['create', 'set', 'end']),
  from: z.number(),
  to: z.number(),
  state: z.enum(changeStates),
  reason: z.enum([...structuralReasons, ...approvableReasons, ...waitReasons]).nullable(),
  drift: z.object({ written: z.number(), found: z.number() }).nullable(),
  adopted: z.boolean(),
  applications: z.array(z.string()),
  tenants: z.array(z.string()),
})

/** With what its ids are called, where that is asked for. */
export const NamedChange = ChangeBody.extend({ names: Names.optional() })

export function changeBody(change: Change): z.output<typeof ChangeBody> {
  return {
    id: change.id,
    connection: change.connection,
    companyId: change.companyId,
    agreementId: change.agreementId,
    lineId: change.lineId,
    productId: change.productId,
    kind: change.kind,
    from: change.from,
    to: change.to,
    state: change.state,
    reason: change.state === 'planned' && change.waits !== null ? change.waits.why : change.reason,
    drift: change.drift,
    adopted: change.adopted,
    ...usesOf(change.parts),
  }
}
