import * as z from 'zod'
import type { EventSeverity } from '../../domain/ticket-rules.ts'
import type { LookWanted, SecurityEvent } from '../watch-port.ts'
import { incomplete, rangedRows } from './listing.ts'
import type { KscSession } from './session.ts'
import { Instant, WholeNumber } from './values.ts'

/** The vendor's numbers; 1 is information. */
const severities: Record<EventSeverity, number> = { warning: 2, functional_failure: 3, critical: 4 }

/** No more of what the vendor says about an event is kept. */
const longestText = 500

export interface EventsRead {
  items: SecurityEvent[]
  cursor: number
  ended: boolean
}

/**
 * Events that came in since, in the order of their ids.
 *
 * What the server was asked to leave out is left out here once more, since a filter that it does not understand would
 * open tickets for everything.
 *
 * @throws VendorError where rows are missing, come twice or out of order
 * @see docs/vendors/kaspersky.md, "Events"
 */
export async function eventsAfter(
  session: KscSession,
  wanted: NonNullable<LookWanted['events']>,
): Promise<EventsRead> {
  // Before the events themselves, so that what comes in meanwhile is behind it.
  const greatest = wanted.afterId ?? (await greatestId(session))
  const { rows, ended } = await rangedRows(
    session,
    {
      what: 'events',
      method: 'EventProcessingFactory.CreateEventProcessing2',
      args: {
        pFilter: { KLEVP_RFC2254_FILTER: filterOf(wanted), KLEVP_EVENT_RISE_TIME_LAST_DAYS: wanted.lastDays },
        vecFieldsToReturn: Object.keys(EventRow.shape),
        vecFieldsToOrder: [byId(true)],
      },
      rows: EventRows,
    },
    wanted.most,
  )
  const last = rows.at(-1)?.event_db_id
  rows.reduce((before, { event_db_id: id }) => {
    if (id > before) return id
    throw incomplete(session.vendor, `event ${id} came after ${before} in a list ordered by id`)
  }, Number.NEGATIVE_INFINITY)
  return {
    items: rows.flatMap((row) => eventOf(row, wanted)),
    cursor: ended ? Math.max(greatest, last ?? greatest) : (last ?? greatest),
    ended,
  }
}

/** 0 where the server has no events. */
async function greatestId(session: KscSession): Promise<number> {
  const { rows } = await rangedRows(
    session,
    {
      what: 'events',
      method: 'EventProcessingFactory.CreateEventProcessing2',
      args: { pFilter: {}, vecFieldsToReturn: ['event_db_id'], vecFieldsToOrder: [byId(false)] },
      rows: z.array(z.object({ event_db_id: WholeNumber })),
    },
    1,
  )
  return rows[0]?.event_db_id ?? 0
}

function filterOf({ severities: asked, afterId }: NonNullable<LookWanted['events']>): string {
  const parts = asked.map((severity) => `(GNRL_EA_SEVERITY=${severities[severity]})`)
  const bySeverity = parts.length === 1 ? parts.join('') : `(|${parts.join('')})`
  return afterId === null ? bySeverity : `(&(event_db_id>${afterId})${bySeverity})`
}

function byId(ascending: boolean) {
  return { type: 'params', value: { Name: 'event_db_id', Asc: ascending } }
}

const EventRow = z.object({
  event_db_id: WholeNumber,
  event_type: z.string().min(1),
  event_type_display_name: z.string().nullish(),
  GNRL_EA_SEVERITY: WholeNumber,
  GNRL_EA_DESCRIPTION: z.string().nullish(),
  rise_time: Instant,
  hostname: z.string().nullish(),
  hostdn: z.string().nullish(),
})
const EventRows = z.array(EventRow)

/** Empty where it was not asked for. */
function eventOf(
  row: z.output<typeof EventRow>,
  { severities: asked, afterId }: NonNullable<LookWanted['events']>,
): SecurityEvent[] {
  const severity = asked.find((each) => severities[each] === row.GNRL_EA_SEVERITY)
  if (severity === undefined || (afterId !== null && row.event_db_id <= afterId)) return []
  const deviceId = row.hostname || 'no device'
  return [
    {
      id: row.event_db_id,
      type: row.event_type,
      typeName: row.event_type_display_name || row.event_type,
      severity,
      device: { id: deviceId, name: row.hostdn || deviceId },
      at: row.rise_time,
      text: (row.GNRL_EA_DESCRIPTION ?? '').slice(0, longestText),
    },
  ]
}
