import type { Deps } from '../deps.ts'
import type { SecurityEvent } from '../domain/security.ts'
import { previewDays, previewOf } from '../domain/ticket-preview.ts'
import { type RuleName, watchedBy } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import type { DeviceWatch, FaultyDevice } from '../sources/watch-port.ts'
import { tenantName } from '../storage/tenant-name.ts'
import { VendorError } from '../vendor/error.ts'
import { learnTenants } from './learn-tenants.ts'
import { sideBySide } from './side-by-side.ts'

/** Tenants that one call looks at; the caller asks for more. */
export const perPreview = 10

const eventsPerCall = 2_000
/** Of one tenant no more events are looked through. */
const mostCalls = 10

export interface Preview {
  tickets: Map<RuleName, number>
  looked: number
  /** Tenants that could not be looked at. */
  failed: number
}

/** Lists virtual servers that were mapped before anything was read; where a source gives no answer, without them. */
export async function learnMapped(deps: Deps): Promise<void> {
  for (const { id, kind } of await deps.configuration.connections()) {
    if (kind !== 'ksc') continue
    try {
      await learnTenants(deps, id)
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
    }
  }
}

/** What the rules would have opened for these tenants; nothing is stored. */
export async function previewTickets(
  deps: Deps,
  rules: TicketConnection,
  tenants: { connection: string; id: string; name: string }[],
): Promise<Preview> {
  const tickets = new Map<RuleName, number>()
  let failed = 0
  for (const [connection, own] of Map.groupBy(tenants, (tenant) => tenant.connection)) {
    await sideBySide(
      own,
      2,
      () => true,
      async (tenant) => {
        try {
          const { adapter } = await deps.deviceWatch(connection)
          const found = await lookBack(adapter, rules, tenant)
          const name = tenantName(connection, tenant.id)
          for (const [rule, count] of previewOf(rules, name, deps.now().getTime(), found)) {
            tickets.set(rule, (tickets.get(rule) ?? 0) + count)
          }
        } catch (error) {
          if (!(error instanceof VendorError)) throw error
          failed++
        }
      },
    )
  }
  return { tickets, looked: tenants.length - failed, failed }
}

async function lookBack(
  watch: DeviceWatch,
  rules: TicketConnection,
  { id, name }: { id: string; name: string },
): Promise<{ events: SecurityEvent[]; devices: FaultyDevice[] | null }> {
  const tenant = { id, name, kind: 'virtual_server' as const, enabled: true }
  const { severities, statuses } = watchedBy([rules])
  const events: SecurityEvent[] = []
  let devices: FaultyDevice[] | null = null
  let afterId: number | null = null
  for (let calls = 0; calls < mostCalls; calls++) {
    const look = await watch.look(tenant, {
      events:
        severities.length === 0 ? null : { severities, afterId, lastDays: previewDays, most: eventsPerCall },
      devices: calls === 0 && statuses.length > 0,
    })
    devices ??= look.devices
    events.push(...(look.events?.items ?? []))
    if (look.events === null || look.events.ended) break
    afterId = look.events.cursor
  }
  return { events, devices }
}
