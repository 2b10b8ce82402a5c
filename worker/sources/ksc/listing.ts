import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { parseShape } from '../../vendor/http.ts'
import { isMethodError } from './call.ts'
import { afterwards, type KscSession } from './session.ts'
import { WholeNumber } from './values.ts'

const rowsPerPage = 200

/** How long the server keeps a listing that nobody releases. */
const lifeSeconds = 900

/** Rows that the server holds ready until they are released. */
interface Listing {
  /** How many rows there are to be. */
  announced: number
  /** The rows after the first `read` ones; `ended` where the server says that none follow. */
  page(read: number): Promise<{ rows: unknown[]; ended: boolean }>
  release(): Promise<void>
}

interface Opening<Row extends z.ZodType> {
  /** Names the rows in error messages. */
  what: string
  method: string
  args: Record<string, unknown>
  rows: z.ZodArray<Row>
}

/**
 * Every row of a listing that is read forwards, as licence keys are.
 *
 * @throws VendorError where fewer or more rows come than were announced
 * @see docs/vendors/kaspersky.md, "Result sets"
 */
export function iteratedRows<Row extends z.ZodType>(
  session: KscSession,
  opening: Opening<Row>,
): Promise<z.output<Row>[]> {
  return allRows(session, opening, async () => {
    const opened = await session.call(
      opening.method,
      { ...opening.args, lTimeoutSec: lifeSeconds },
      OpenedIterator,
    )
    const szwIterator = opened.wstrIterator
    return {
      announced: opened.lKeyCount,
      async page() {
        const { bEOF, pData } = await session.call(
          'GroupSyncIterator.GetNextItems',
          { szwIterator, nCount: rowsPerPage },
          IteratorPage,
        )
        return { rows: pData?.KLCSP_ITERATOR_ARRAY ?? [], ended: bEOF }
      },
      async release() {
        if (szwIterator !== '') await session.release('GroupSyncIterator.ReleaseIterator', { szwIterator })
      },
    }
  })
}

/**
 * Every row of a listing that is read by position, as devices are.
 *
 * @throws VendorError where fewer or more rows come than were found
 * @see docs/vendors/kaspersky.md, "Result sets"
 */
export function chunkedRows<Row extends z.ZodType>(
  session: KscSession,
  opening: Opening<Row>,
): Promise<z.output<Row>[]> {
  return allRows(session, opening, async () => {
    const { PxgRetVal: announced, strAccessor } = await session.call(
      opening.method,
      { ...opening.args, lMaxLifeTime: lifeSeconds },
      OpenedAccessor,
    )
    return {
      announced,
      async page(read) {
        const { pChunk } = await session.call(
          'ChunkAccessor.GetItemsChunk',
          { strAccessor, nStart: read, nCount: rowsPerPage },
          AccessorPage,
        )
        const rows = pChunk?.KLCSP_ITERATOR_ARRAY ?? []
        return { rows, ended: rows.length === 0 || read + rows.length >= announced }
      },
      async release() {
        if (strAccessor !== '') await session.release('ChunkAccessor.Release', { strAccessor })
      },
    }
  })
}

/**
 * The first rows of a listing that is read by ranges, as events are.
 *
 * @param most no more rows than these are read; `ended` is false where more wait
 * @throws VendorError where fewer rows come than the server counts
 * @see docs/vendors/kaspersky.md, "Result sets"
 */
export async function rangedRows<Row extends z.ZodType>(
  session: KscSession,
  opening: Opening<Row>,
  most: number,
): Promise<{ rows: z.output<Row>[]; ended: boolean }> {
  let counted = 0
  const rows = await allRows(session, opening, async () => {
    const { strIteratorId } = await session.call(
      opening.method,
      { ...opening.args, lifetimeSec: lifeSeconds },
      OpenedRange,
    )
    const { PxgRetVal } = await session.call('EventProcessing.GetRecordCount', { strIteratorId }, RecordCount)
    counted = PxgRetVal
    const announced = Math.min(counted, most)
    return {
      announced,
      async page(read) {
        const { pParamsEvents } = await session.call(
          'EventProcessing.GetRecordRange',
          { strIteratorId, nStart: read, nEnd: Math.min(read + rowsPerPage, announced) - 1 },
          RangePage,
        )
        const found = pParamsEvents?.KLEVP_EVENT_RANGE_ARRAY ?? []
        return { rows: found, ended: found.length === 0 || read + found.length >= announced }
      },
      async release() {
        if (strIteratorId !== '') await session.release('EventProcessing.ReleaseIterator', { strIteratorId })
      },
    }
  })
  return { rows, ended: counted <= most }
}

const RowArray = z.object({ KLCSP_ITERATOR_ARRAY: z.array(z.unknown()).default([]) })
const OpenedIterator = z.object({ lKeyCount: WholeNumber, wstrIterator: z.string().default('') })
const IteratorPage = z.object({ bEOF: z.boolean(), pData: RowArray.optional() })
const OpenedAccessor = z.object({ PxgRetVal: WholeNumber, strAccessor: z.string().default('') })
const OpenedRange = z.object({ strIteratorId: z.string().default('') })
const RecordCount = z.object({ PxgRetVal: WholeNumber })
const RangePage = z.object({
  pParamsEvents: z.object({ KLEVP_EVENT_RANGE_ARRAY: z.array(z.unknown()).default([]) }).optional(),
})
const AccessorPage = z.object({ pChunk: RowArray.optional() })

/** Reads a listing to its end; one that the server has lost meanwhile is opened once more and read from its start. */
async function allRows<Row extends z.ZodType>(
  session: KscSession,
  opening: Opening<Row>,
  open: () => Promise<Listing>,
  mayReopen = true,
): Promise<z.output<Row>[]> {
  const listing = await open()
  try {
    return await afterwards(
      () => rowsOf(session, opening, listing),
      () => listing.release(),
    )
  } catch (error) {
    if (!mayReopen || !isMethodError(error)) throw error
    return allRows(session, opening, open, false)
  }
}

async function rowsOf<Row extends z.ZodType>(
  { vendor }: KscSession,
  { what, rows: shape }: Opening<Row>,
  listing: Listing,
): Promise<z.output<Row>[]> {
  const rows: z.output<Row>[] = []
  for (let ended = listing.announced === 0; !ended; ) {
    const page = await listing.page(rows.length)
    for (const parsed of parseShape(vendor, page.rows, shape)) rows.push(parsed)
    ended = page.ended || page.rows.length === 0 || rows.length > listing.announced
  }
  if (rows.length !== listing.announced) {
    throw incomplete(vendor, `it announced ${listing.announced} ${what} and delivered ${rows.length}`)
  }
  return rows
}

/** A list that may be whole when it is read again. */
export function incomplete(vendor: string, detail: string): VendorError {
  return new VendorError(vendor, { kind: 'unavailable', detail })
}
