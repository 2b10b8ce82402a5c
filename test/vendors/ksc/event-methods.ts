import * as z from 'zod'
import { eventAttributes } from './event.ts'
import { filterOf } from './filter.ts'
import { Fields, type Method, method, Orders, Seconds } from './method.ts'
import { inOrder, params, pick } from './params.ts'

const IteratorArgs = z.object({ strIteratorId: z.string() })

const dayMs = 86_400_000

export const eventMethods: Record<string, Method> = {
  'EventProcessingFactory.CreateEventProcessing2': method(
    z.object({
      pFilter: z.object({
        KLEVP_RFC2254_FILTER: z.string().default(''),
        KLEVP_EVENT_RISE_TIME_LAST_DAYS: z.int().positive().optional(),
      }),
      vecFieldsToReturn: Fields,
      vecFieldsToOrder: Orders,
      lifetimeSec: Seconds,
    }),
    ({ pFilter, vecFieldsToReturn, vecFieldsToOrder, lifetimeSec }, { account, session, failure }) => {
      const days = pFilter.KLEVP_EVENT_RISE_TIME_LAST_DAYS ?? Infinity
      const isAskedFor = filterOf(account.ignoresEventFilter ? '' : pFilter.KLEVP_RFC2254_FILTER)
      const found = session.server.events
        .filter(({ at }) => account.nowMs() - Date.parse(at) <= days * dayMs)
        .map(eventAttributes)
        .filter(isAskedFor)
      const listing = account.accessors.open(
        session.server,
        inOrder(found, vecFieldsToOrder).map((row) => pick(row, vecFieldsToReturn)),
        lifetimeSec,
        failure?.kind === 'missingRows' ? failure.rows : 0,
      )
      return { strIteratorId: listing.id }
    },
  ),

  'EventProcessing.GetRecordCount': method(IteratorArgs, ({ strIteratorId }, { account, session }) => ({
    PxgRetVal: account.accessors.find(strIteratorId, session.server).announced,
  })),

  'EventProcessing.GetRecordRange': method(
    IteratorArgs.extend({ nStart: z.int().min(0), nEnd: z.int().min(0) }),
    ({ strIteratorId, nStart, nEnd }, { account, session }) => {
      const { rows } = account.accessors.find(strIteratorId, session.server)
      return { pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: rows.slice(nStart, nEnd + 1).map(params) } }
    },
  ),

  'EventProcessing.ReleaseIterator': method(IteratorArgs, ({ strIteratorId }, { account, session }) => {
    account.accessors.drop(account.accessors.find(strIteratorId, session.server).id)
    return {}
  }),
}
