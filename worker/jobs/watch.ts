import type { Opened } from '../adapters.ts'
import type { Deps } from '../deps.ts'
import { type KnownFault, planLook } from '../domain/ticket-look.ts'
import { companiesLeftOut, type Watched, watchedBy, watchesDevices } from '../domain/ticket-rule.ts'
import type { TicketConnection, TicketRules } from '../domain/ticket-rules.ts'
import type { DeviceWatch, Look } from '../sources/watch-port.ts'
import { chainId } from '../storage/chains.ts'
import type { WatchedTenant, WatchScope } from '../storage/watch.ts'
import { describeFailure, VendorError } from '../vendor/error.ts'
import { learnTenants } from './learn-tenants.ts'
import type { Lease, Next } from './lease.ts'
import { downAfter, messageMs, perMessage } from './pace.ts'
import { sideBySide } from './side-by-side.ts'
import { wake } from './wake.ts'

/** Sessions that are open side by side for tickets; the daily collection has two more. */
const sessionsAtOnce = 2

/** Events that are read of a tenant at once; what is behind them is read in the next look. */
const eventsPerLook = 2_000

const dayMs = 86_400_000

/** Whose devices are watched while these rules are in force. */
export function watchScope(rules: TicketRules): WatchScope {
  return {
    psas: rules.connections.filter(watchesDevices).map(({ connection }) => connection),
    leftOut: [...companiesLeftOut(rules)],
  }
}

/**
 * Looks at the devices of one Kaspersky connection, tenant after tenant, those first that were looked at longest ago.
 * What a look means for tickets is saved together with how far it came, so that nothing is missed and nothing is taken
 * twice. Gives way to the daily collection, which wakes it again.
 */
export async function watch(deps: Deps, connection: string, lease: Lease): Promise<Next> {
  const rules = await deps.configuration.ticketRules()
  const scope = watchScope(rules)
  if (scope.psas.length === 0 || (await isCollected(deps, connection))) return { do: 'stop' }

  let opened: Opened<DeviceWatch> | null = null
  try {
    await learnTenants(deps, connection, { beforeCall: lease.beforeCall })
    const tenants = await deps.watch.next(connection, scope, perMessage)
    if (tenants.length === 0) return { do: 'stop' }
    opened = await deps.deviceWatch(connection, { beforeCall: lease.beforeCall })
    return (await lookAt(deps, opened, lease, rules, tenants)) ? { do: 'continue' } : { do: 'stop' }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
    // The next tick begins another round; where the vendor said for how long to wait, this one goes on after that.
    return error.failure.kind === 'throttled' ? { do: 'continue' } : { do: 'stop' }
  }
}

/** Whether the daily run reads this source now. */
async function isCollected(deps: Deps, connection: string): Promise<boolean> {
  const run = await deps.runs.activeAtSource(connection)
  return run !== null && run.part !== 'done'
}

/** @returns false where the source is down, so that nobody is asked any more */
async function lookAt(
  deps: Deps,
  { connection: { id: connection }, adapter }: Opened<DeviceWatch>,
  lease: Lease,
  rules: TicketRules,
  tenants: WatchedTenant[],
): Promise<boolean> {
  const start = deps.now().getTime()
  let silent = 0
  await sideBySide(
    tenants,
    sessionsAtOnce,
    () => silent < downAfter && deps.now().getTime() - start < messageMs,
    async (tenant) => {
      if (await isCollected(deps, connection)) return
      await deps.watch.tried(connection, tenant.id, deps.now().getTime())
      const psa = rules.connections.find((each) => each.connection === tenant.company?.connection)
      const wanted = watchedBy(psa === undefined ? rules.connections : [psa])
      const faults = psa === undefined ? [] : await deps.watch.faultsOf(connection, tenant.id)
      try {
        const look = await adapter.look(
          { id: tenant.id, name: tenant.name, kind: 'virtual_server', enabled: true },
          {
            events: eventsWanted(wanted, tenant.eventCursor),
            devices: psa !== undefined && (wanted.statuses.length > 0 || faults.length > 0),
          },
        )
        await save(deps, lease, connection, tenant, psa, faults, look)
        silent = 0
      } catch (error) {
        if (!(error instanceof VendorError)) throw error
        lease.heed(error)
        const at = deps.now().toISOString()
        await deps.watch.failed(connection, tenant.id, describeFailure(error.failure), at)
        if (error.failure.kind === 'throttled' || error.failure.kind === 'unauthorized') throw error
        if (error.failure.kind === 'unavailable') silent++
      }
    },
  )
  return silent < downAfter
}

function eventsWanted({ severities, lifetimeDays }: Watched, afterId: number | null) {
  if (severities.length === 0) return null
  return { severities, afterId, lastDays: lifetimeDays, most: eventsPerLook }
}

async function save(
  deps: Deps,
  lease: Lease,
  connection: string,
  tenant: WatchedTenant,
  psa: TicketConnection | undefined,
  faults: KnownFault[],
  { events, devices }: Look,
): Promise<void> {
  const now = deps.now()
  const done = deps.watch.looked(connection, tenant.id, {
    cursor: events?.cursor ?? null,
    nowMs: now.getTime(),
    again: events !== null && !events.ended,
  })
  const { company } = tenant
  if (company === null || psa === undefined) {
    const items = events?.items ?? []
    await lease.save([
      ...(items.length === 0 ? [] : [deps.watch.countUnmapped(connection, tenant.id, items)]),
      done,
    ])
    return
  }
  const closedSince = new Date(now.getTime() - psa.reopenDays * dayMs).toISOString()
  const plan = planLook({
    tenant: `${connection}/${tenant.id}`,
    nowMs: now.getTime(),
    rules: psa,
    events: events?.items ?? [],
    devices,
    faults,
    tickets: await deps.ticketIntake.known(company, closedSince),
  })
  await lease.save([
    ...deps.ticketIntake.take(company, { connection, id: tenant.id }, plan, now.toISOString(), deps.newId),
    deps.watch.forgetUnmapped(connection, tenant.id),
    done,
  ])
  if (plan.causes.length > 0 || plan.over.length > 0) await wake(deps, chainId('bill', company.connection))
}
